// Messages coming in, from whatever source.

import { t } from "./texts.js";
import { state } from "./state.js";
import { emit } from "./events.js";
import { ui } from "./ui.js";
import { PAGE_SIZE, request } from "./gateway.js";
import { atBottom, scrollDown } from "./scroll.js";
import { markSeen } from "./unread.js";
import { chime } from "./sound.js";
import { put, tidy } from "./messages.js";

/** Takes in messages from any source, keeps the reader's place, counts unread ones. */
export function receive(messages, { quiet = false } = {}) {
  const wasAtBottom = atBottom();
  const fresh = (messages || []).filter(put);
  if (!fresh.length) return;
  const others = fresh.filter((message) => message.author !== "customer");
  if (others.length) {
    if (others.some((message) => message.author !== "system")) state.typing = null;
    state.awaiting = 0;
  }
  tidy();
  if (quiet) return;
  if (others.length && !(state.open && document.hasFocus())) chime();
  const first = state.items.get(fresh[0].seq).node;
  if (wasAtBottom || fresh.some((message) => message.author === "customer")) scrollDown(others.length ? first : null);
  else if (others.length) ui.jump.hidden = false;
  markSeen();
  for (const { seq, author, name, kind, card, created_at } of fresh) {
    emit("message", { seq, author, name, kind, created_at });
    if (kind === "ticket" && card && card.number) emit("ticket", { number: card.number, status: card.status_text });
  }
}

export async function loadEarlier() {
  const first = Math.min(...state.items.keys());
  ui.earlier.disabled = true;
  try {
    const { messages = [] } = await request("GET", `/messages?before=${first}&limit=${PAGE_SIZE}`);
    const height = ui.log.scrollHeight;
    ui.log.setAttribute("aria-live", "off");
    receive(messages, { quiet: true });
    ui.log.scrollTop += ui.log.scrollHeight - height;
    ui.earlier.hidden = messages.length < PAGE_SIZE;
    setTimeout(() => ui.log.setAttribute("aria-live", "polite"), 300);
    if (ui.earlier.hidden) ui.log.focus();
  } catch (problem) {
    ui.announce.textContent = problem.detail || t("notDone");
  }
  ui.earlier.disabled = false;
}
