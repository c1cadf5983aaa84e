// The reader's place in the conversation.

import { ui } from "./ui.js";

export const atBottom = () => ui.log.scrollHeight - ui.log.scrollTop - ui.log.clientHeight < 60;

let sticking = true;

export function onLogScroll() {
  sticking = atBottom();
  if (sticking) ui.jump.hidden = true;
}

/** The log's height changed (the input grew, the keyboard came): who was at the end stays there. */
export function followLog() {
  if (sticking) scrollDown();
}

export function scrollDown(firstNew = null) {
  const bottom = ui.log.scrollHeight - ui.log.clientHeight;
  ui.log.scrollTop = firstNew ? Math.min(bottom, firstNew.offsetTop - 10) : bottom; // a long answer is read from its top
  ui.jump.hidden = true;
}
