// The language of every fixed text, and the choice of it.

import { t } from "./texts.js";
import { remember, spoken, state } from "./state.js";
import { ui } from "./ui.js";
import { request } from "./gateway.js";
import { scrollDown } from "./scroll.js";
import { showUnread } from "./unread.js";
import { showSound } from "./sound.js";
import { onInput } from "./input.js";
import { renderAll } from "./messages.js";
import { refreshQueue, showOwner } from "./owner.js";

const labels = []; // [node, attribute or null for its text, text key]

export function labelled(node, key, attribute = null) {
  labels.push([node, attribute, key]);
  return node;
}

/** Writes every fixed text again, after the language changed. */
export function relabel() {
  ui.root.lang = state.language === "zh" ? "zh-CN" : "en";
  for (const [node, attribute, key] of labels) {
    if (attribute) node.setAttribute(attribute, t(key));
    else node.textContent = t(key);
  }
  ui.language.lang = state.language === "zh" ? "en" : "zh-CN";
  showSound();
  showOwner();
  showUnread();
  onInput();
}

export function chooseLanguage(language) {
  if (spoken(language) === state.language) return;
  setLanguage(language);
  if (state.open) ui.language.focus();
}

export function setLanguage(language) {
  state.language = spoken(language) || "zh";
  state.chosenLanguage = state.language;
  state.untold = !!state.id;
  remember();
  relabel();
  renderAll();
  scrollDown();
  tellLanguage();
}

/** Tells the server which language was chosen; if a reload or the network comes between, at the next beginning. */
export function tellLanguage() {
  const { language, loaded, untold } = state;
  if (!loaded || !untold) return;
  request("POST", "/language", { body: { language } })
    .then(() => {
      state.untold = language !== state.language;
      remember();
      return state.owner === "queued" && refreshQueue();
    })
    .catch(() => {});
}
