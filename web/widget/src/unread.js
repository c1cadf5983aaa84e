// What the customer has seen, and the number on the launcher.

import { t } from "./texts.js";
import { remember, state } from "./state.js";
import { emit } from "./events.js";
import { ui } from "./ui.js";

export const lastSeq = () => Math.max(0, ...state.items.keys());

function unread() {
  let count = 0;
  for (const { message } of state.items.values()) {
    count += message.seq > state.seen && (message.author === "bot" || message.author === "agent");
  }
  return count;
}

export function markSeen() {
  if (state.open && !document.hidden && lastSeq() > state.seen) {
    state.seen = lastSeq();
    remember();
  }
  showUnread();
}

let unreadBefore = 0;

export function showUnread() {
  const count = state.open ? 0 : unread();
  ui.badge.hidden = !count;
  ui.badge.textContent = count > 99 ? "99+" : String(count);
  ui.launcher.setAttribute("aria-label", state.open ? t("close") : count ? t("launcherUnread", { n: count }) : t("launcher"));
  if (count !== unreadBefore) emit("unread", { count });
  unreadBefore = count;
}
