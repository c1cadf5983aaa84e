// Sending: one message at a time, in order.

import { t } from "./texts.js";
import { rememberTab, state } from "./state.js";
import { emit } from "./events.js";
import { ui } from "./ui.js";
import { MAX_BACKOFF_MS, refused, request } from "./gateway.js";
import { atBottom, scrollDown } from "./scroll.js";
import { showTyping } from "./typing.js";
import { focusInput, length, limit, onInput } from "./input.js";
import { upload } from "./upload.js";
import { renderUnsent, tidy } from "./messages.js";
import { receive } from "./incoming.js";
import { lineWorks, wake } from "./line.js";
import { setOwner } from "./owner.js";
import { ready, renewIfGone } from "./conversation.js";

const ATTEMPTS = 6; // automatic ones, until the customer is asked to press "retry"

/** 128 random bits; crypto.randomUUID exists on secure pages only. */
const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function submit() {
  const text = ui.input.value.trim();
  if (!text || length(text) > limit() || state.owner === "closed") return;
  ui.input.value = "";
  onInput();
  enqueue({ text });
}

export function onInputKey(event) {
  // While an input method is composing, Enter picks a word (keyCode 229: Safari says so after composition ended)
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
}

/** A quick reply was pressed. The gateway knows what it means; we name only the message and the position. */
export function press(message, index) {
  const button = message.buttons[index];
  enqueue({ text: typeof button === "string" ? button : button.title, button: { seq: message.seq, index } });
  focusInput();
}

/** What someone in the queue may do at any time, whatever has been said since it was offered. */
export function act(key) {
  if (!state.outbox.some((item) => item.action)) enqueue({ text: t(key), action: key.replace(/[A-Z]/g, (big) => `_${big.toLowerCase()}`) });
  focusInput();
}

export function enqueue(item) {
  const queued = { ...item, clientId: newId(), status: "sending", attempts: 0 };
  state.outbox.push(queued);
  renderUnsent(queued);
  tidy();
  scrollDown();
  rememberTab();
  pump();
}

let pumping = false;
let pumpTimer = 0;

/** Sends what waits, in order, one at a time. The client_id makes a repeated attempt harmless. */
export async function pump() {
  clearTimeout(pumpTimer);
  if (pumping) return;
  pumping = true;
  try {
    for (let item; (item = state.outbox.find((each) => each.status !== "failed"));) {
      if (!(await attempt(item))) break;
    }
  } finally {
    pumping = false;
  }
}

/** True when the next item may follow at once. */
async function attempt(item) {
  if (state.owner === "bot") state.awaiting = Date.now() + 20000;
  showTyping();
  try {
    await ready();
    if (!state.outbox.includes(item)) return true;
    const { clientId, text, button, action, file } = item;
    const answer = file
      ? await upload(item)
      : await request("POST", "/messages", { body: { client_id: clientId, ...(button ? { button } : action ? { action } : { text }) } });
    const messages = answer.messages || [];
    const own = messages.find((message) => message.author === "customer");
    if (own && !own.client_id) own.client_id = clientId;
    receive(messages);
    setOwner(answer);
    lineWorks();
    const left = state.outbox.indexOf(item);
    if (left >= 0) {
      state.outbox.splice(left, 1); // accepted without an echo: reading on brings it
      item.node.remove();
      tidy();
    }
    rememberTab();
    wake();
    return true;
  } catch (problem) {
    return await sendingFailed(item, problem);
  }
}

async function sendingFailed(item, problem) {
  if (!state.outbox.includes(item)) return true; // the stream has already confirmed it
  state.awaiting = 0;
  const passing = problem.status === 0 || problem.status === 429 || problem.status >= 500 || problem.status === 408;
  if (refused(problem) && (await renewIfGone().catch(() => false))) return true; // text goes to the new conversation
  if (problem.code === "conversation_closed") setOwner({ owner: "closed" });
  item.attempts += 1;
  const again = passing && item.attempts < ATTEMPTS;
  item.status = again ? "waiting" : "failed";
  item.problem = again
    ? t(problem.status ? "waitingServer" : "waitingNetwork")
    : problem.detail || t(problem.status ? "failed" : "failedNetwork");
  renderUnsent(item);
  if (!again) {
    ui.announce.textContent = item.problem;
    emit("error", { status: problem.status, code: problem.code });
  }
  tidy();
  if (atBottom()) scrollDown();
  const backoff = Math.min(MAX_BACKOFF_MS, 1000 * 2 ** (item.attempts - 1));
  if (again) pumpTimer = setTimeout(pump, Math.max(problem.retryAfter * 1000, backoff));
  return !again;
}

/** No further attempt of its own accord. */
export function stopSending() {
  clearTimeout(pumpTimer);
}

export function retry(item) {
  Object.assign(item, { status: "sending", attempts: 0, problem: "" });
  renderUnsent(item);
  tidy();
  pump();
  focusInput();
}

export function takeBack(item) {
  state.outbox = state.outbox.filter((other) => other !== item);
  item.node.remove();
  if (item.sending) item.sending.abort();
  if (!item.button && !item.action && !item.file) ui.input.value = [item.text, ui.input.value].filter(Boolean).join("\n");
  onInput();
  tidy();
  rememberTab();
  focusInput();
}
