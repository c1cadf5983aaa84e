// The text box.

import { t } from "./texts.js";
import { state } from "./state.js";
import { ui } from "./ui.js";
import { request } from "./gateway.js";

export const limit = () => Number(state.config.message_max_chars) || 2000;
export const length = (text) => [...text].length; // code points, as the server counts

let typedAt = 0;

export function onInput() {
  const { input, counter, send } = ui;
  const left = limit() - length(input.value.trim());
  input.style.height = "auto";
  input.style.height = `${Math.min(130, input.scrollHeight + 2)}px`;
  input.style.overflowY = input.scrollHeight > 130 ? "auto" : "hidden";
  const text = left < 0 ? t("tooLong", { n: -left, limit: limit() }) : left <= 200 ? t("counter", { n: left }) : "";
  if (counter.textContent !== text) counter.textContent = text;
  counter.className = left < 0 ? "problem" : "";
  input.setAttribute("aria-invalid", String(left < 0));
  counter.previousSibling.hidden = !!text;
  send.disabled = left < 0 || !input.value.trim() || input.disabled;
  if (state.owner !== "agent" || send.disabled || Date.now() < typedAt + 4000) return;
  typedAt = Date.now(); // the agent sees that, not what
  request("POST", "/typing").catch(() => {});
}

/** To the input with a keyboard at hand; on touch the on-screen keyboard must not cover the conversation unasked. */
export function focusInput() {
  if (!state.open) return;
  const touch = matchMedia("(pointer: coarse)").matches;
  const typing = ui.shadow.activeElement === ui.input;
  if ((touch && !typing) || ui.input.disabled) ui.panel.focus({ preventScroll: true });
  else ui.input.focus({ preventScroll: true });
}
