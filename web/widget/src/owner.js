// Who has the conversation: the assistant, the queue, a person, nobody any more.

import { t } from "./texts.js";
import { state } from "./state.js";
import { emit } from "./events.js";
import { icon } from "./icons.js";
import { ui } from "./ui.js";
import { request } from "./gateway.js";
import { onInput } from "./input.js";
import { tidy } from "./messages.js";
import { listen } from "./line.js";

/** Takes over who owns the conversation from any answer or event that tells. */
export function setOwner(news) {
  if (!news || !news.owner) return;
  const changed = news.owner !== state.owner;
  state.owner = news.owner;
  if (news.owner !== "agent") state.agentName = "";
  else if (news.name) state.agentName = news.name;
  if (news.owner !== "queued") Object.assign(state, { queue: null, overtaken: null });
  else if (news.queue) setPlace(news.queue);
  else if (changed) refreshQueue().catch(() => {});
  if (changed) {
    if (news.owner !== "bot") state.awaiting = 0;
    state.typing = null;
    tidy();
    emit("owner", { owner: state.owner, name: state.agentName });
    listen();
  }
  if (news.owner === "agent" && !state.agentName) {
    const last = [...state.items.values()].reverse().find(({ message }) => message.author === "agent" && message.name);
    if (last) state.agentName = last.message.name;
  }
  showOwner();
}

/** The first time that somebody goes ahead says why, until the place changes again. */
function setPlace(queue) {
  const moved = state.queue && queue.position ? queue.position - state.queue.position : 0;
  if (moved > 0) state.overtaken = state.overtaken === null;
  if (moved < 0 && state.overtaken) state.overtaken = false;
  state.queue = queue;
}

export function showOwner() {
  const { owner, agentName, queue, broken, loaded } = state;
  const called = state.language === "zh" && /\w$/.test(agentName) ? `${agentName} ` : agentName;
  const placeText = () => (queue && (queue.text || (queue.position && t("ownerQueuedAt", { n: queue.position })))) || t("ownerQueued");
  const queuedText = () => placeText() + (state.overtaken ? t("ownerOvertaken") : "");
  const text = broken
    ? broken
    : !loaded
      ? t("connecting")
      : {
          queued: queuedText,
          agent: () => (called ? t("ownerAgent", { name: called }) : t("ownerAgentUnnamed")),
          closed: () => t("ownerClosed"),
        }[owner]?.() || t("ownerBot");
  if (ui.bannerText.textContent !== text) ui.bannerText.textContent = text;
  ui.banner.className = `banner ${broken ? "queued" : owner}`;
  ui.bannerIcon.replaceChildren(icon(broken ? "alert" : { queued: "clock", agent: "person", closed: "check" }[owner] || "bot"));
  ui.startNew.hidden = !(broken || owner === "closed");
  ui.startNew.textContent = t(broken ? "retry" : "startNew");
  ui.waiting.hidden = broken || !loaded || owner !== "queued";
  const closed = owner === "closed" && !broken;
  if (ui.input.disabled !== closed) {
    ui.input.disabled = closed;
    onInput();
  }
}

export async function refreshQueue(signal) {
  const conversation = await request("GET", "", { signal });
  setOwner(conversation);
}
