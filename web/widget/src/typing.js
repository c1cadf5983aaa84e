// “… is typing”.

import { t } from "./texts.js";
import { state } from "./state.js";
import { h } from "./dom.js";
import { ui } from "./ui.js";
import { atBottom, scrollDown } from "./scroll.js";

export function showTyping() {
  const now = Date.now();
  const name = state.typing && state.typing.until > now ? state.typing.name : state.awaiting > now && state.owner === "bot" ? t("bot") : "";
  if (!name) {
    if (ui.typing) ui.typing.remove();
    ui.typing = null;
    return;
  }
  clearTimeout(ui.typingTimer);
  ui.typingTimer = setTimeout(showTyping, 1000);
  const text = t("typing", { name: state.language === "zh" && /\w$/.test(name) ? `${name} ` : name });
  if (ui.typing && ui.typing.dataset.text === text) {
    if (ui.typing.nextSibling) ui.list.append(ui.typing);
    return;
  }
  if (ui.typing) ui.typing.remove();
  const wasAtBottom = atBottom();
  ui.typing = h(
    "div",
    { class: "msg bot", "data-text": text, "aria-hidden": "true" },
    h("div", { class: "bubble" }, h("span", { class: "dots" }, h("i"), h("i"), h("i"))),
  );
  ui.list.append(ui.typing);
  ui.announce.textContent = text;
  if (wasAtBottom) scrollDown();
}

export function setTyping(value) {
  const on = value.typing !== false;
  const name = value.name || (value.author === "bot" || state.owner === "bot" ? t("bot") : state.agentName || t("agent"));
  state.typing = on ? { name, until: Date.now() + 6000 } : null;
  if (!on) state.awaiting = 0;
  showTyping();
}
