// Messages on the screen.

import { t } from "./texts.js";
import { rememberTab, state } from "./state.js";
import { actions } from "./actions.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { rich } from "./rich.js";
import { ui } from "./ui.js";
import { clockText, dayText } from "./times.js";
import { showTyping } from "./typing.js";
import { lastSeq } from "./unread.js";
import { CARDS, plainCard } from "./cards.js";
import { uploadMeter } from "./upload.js";

function authorName(message) {
  if (message.author === "customer") return t("you");
  if (message.author === "agent" && message.name) return message.name;
  return t(message.author in { bot: 1, agent: 1 } ? message.author : "system");
}

/** The node of a message from the server, or of an unsent one of ours. */
function renderMessage(message) {
  const carries = message.card || (message.buttons && message.buttons.length); // then a system line is more than a line
  const author = message.author in { customer: 1, bot: 1, agent: 1 } ? message.author : carries ? "service" : "system";
  const kind = message.kind || (message.card && message.card.kind) || "";
  const card = message.card ? (Object.hasOwn(CARDS, kind) ? CARDS[kind] : plainCard)(message.card, message) : null;
  const leads = kind === "article" ? card && card.lead : null;
  const text = (card && card.text) ?? message.text;
  const body = [leads, ...rich(text), card && card.node].filter(Boolean);
  const bubble = h("div", { class: "bubble" }, kind === "warning" && icon("alert"), body.length ? body : h("p", {}, t("unsupported")));
  const spokenText = String(text || "");
  if (spokenText) bubble.lang = /[\u3400-\u9fff]/.test(spokenText) ? "zh-CN" : /[a-z]/i.test(spokenText) ? "en" : ui.root.lang;
  const classes = ["msg", author, kind === "warning" && "warning", card && card.node && kind !== "file" && "carded"]
    .filter(Boolean)
    .join(" ");
  const node = h("div", { class: classes, "aria-live": author === "customer" ? "off" : null }); // they know what they wrote
  const day = h("div", { class: "day", hidden: true });
  const who = author !== "customer" && author !== "system" ? h("div", { class: "who", "aria-hidden": "true" }, authorName(message)) : "";
  const meta = h("div", { class: "meta" });
  if (message.created_at && author !== "system") {
    meta.append(h("time", { datetime: message.created_at }, clockText(new Date(message.created_at))));
  }
  if (author === "customer" && message.masked) meta.append(t("masked"));
  const pills = (message.buttons || []).map((button, index) =>
    h(
      "button",
      { type: "button", class: `pill ${kind === "summary" && index === 0 ? "main" : ""}`, onclick: () => actions.press(message, index) },
      typeof button === "string" ? button : button.title,
    ),
  );
  const group = pills.length ? h("div", { class: "pills", role: "group", "aria-label": t("choices") }, pills) : "";
  node.append(day, h("span", { class: "sr" }, t("says", { name: authorName(message) })), who, bubble, meta, group);
  return Object.assign(node, { day, meta, pills });
}

/** Draws an outbox item's bubble and says where it stands. */
export function renderUnsent(item) {
  const { file } = item;
  const node = renderMessage({ author: "customer", text: item.text, card: file && { name: file.name }, kind: file && "file" });
  node.classList.add("unsent", item.status);
  const again = h("button", { type: "button", class: "link", onclick: () => actions.retry(item) }, t("retry"));
  const back = h(
    "button",
    { type: "button", class: "link", onclick: () => actions.takeBack(item) },
    t(file && item.status !== "failed" ? "cancel" : file || item.button || item.action ? "remove" : "edit"),
  );
  if (item.status === "failed") node.meta.append(h("span", { class: "problem" }, item.problem), again, back);
  else if (item.status === "waiting") node.meta.append(item.problem, again, file ? back : "");
  else if (file) node.meta.append(...uploadMeter(item), back);
  else node.meta.append(t("sending"));
  if (item.node && item.node.isConnected) item.node.replaceWith(node);
  else ui.list.append(node);
  item.node = node;
}

/** Adds or replaces a message from the server; false if this tab has it already. */
export function put(message) {
  if (!message || typeof message.seq !== "number" || state.items.has(message.seq)) return false;
  const own = message.client_id && state.outbox.findIndex((item) => item.clientId === message.client_id);
  const node = renderMessage(message);
  if (typeof own === "number" && own >= 0) {
    const [item] = state.outbox.splice(own, 1);
    if (item.button) chosen(item.button);
    item.node.remove();
    rememberTab();
  } else if (state.loaded) node.classList.add("fresh");
  if (message.author === "customer" && message.button) chosen(message.button);
  state.items.set(message.seq, { message, node });
  const next = [...ui.list.children].find((other) => other.seq === undefined || other.seq > message.seq); // unsent ones and typing stay last
  node.seq = message.seq;
  ui.list.insertBefore(node, next || null);
  if (message.author === "agent" && message.name && state.owner === "agent" && message.seq === lastSeq()) state.agentName = message.name;
  return true;
}

function chosen({ seq, index }) {
  const item = state.items.get(seq);
  if (item && item.node.pills[index]) item.node.pills[index].classList.add("chosen");
}

/** Day separators, grouping and which buttons still work: all follow from the order on the screen. */
export function tidy() {
  const entries = [...state.items.values()].sort((a, b) => a.message.seq - b.message.seq);
  let before = null;
  let dayBefore = "";
  for (const { message, node } of entries) {
    const date = new Date(message.created_at || Date.now());
    const day = message.created_at ? dayText(date) : dayBefore;
    node.day.hidden = !day || day === dayBefore;
    if (node.day.textContent !== day) node.day.textContent = day;
    node.classList.toggle("same", !!before && day === dayBefore && before.author === message.author && before.name === message.name);
    const soon = before && before.created_at && date - new Date(before.created_at) < 60000 && before.author === message.author;
    const previous = before && state.items.get(before.seq).node;
    if (previous && previous.meta.firstChild) {
      previous.meta.hidden = !!soon && clockText(date) === clockText(new Date(before.created_at)) && !previous.pills.length;
    }
    node.meta.hidden = false;
    before = message;
    dayBefore = day;
  }
  // An old confirmation must not be pressed by accident: buttons work until the customer has said something after
  // them or newer ones were offered. Questions under an article are harmless and stay.
  let stale = state.outbox.length > 0 || state.owner === "closed";
  for (const { message, node } of entries.reverse()) {
    const harmless = message.kind === "article" && state.owner !== "closed";
    for (const pill of node.pills) pill.disabled = stale && !harmless;
    if (message.author === "customer" || (node.pills.length && !harmless)) stale = true;
  }
  for (const item of state.outbox) ui.list.append(item.node);
  showTyping();
}

export function renderAll() {
  ui.log.setAttribute("aria-live", "off");
  const messages = [...state.items.values()].map((entry) => entry.message);
  state.items.clear();
  ui.list.replaceChildren();
  if (state.notice) ui.list.append(Object.assign(renderMessage({ author: "system", text: t(state.notice) }), { seq: -1 }));
  messages.forEach(put);
  state.outbox.forEach(renderUnsent);
  tidy();
  if (state.loaded) setTimeout(() => ui.log.setAttribute("aria-live", "polite"), 300);
}
