// What this tab knows, and what it keeps. Every module reads and changes the one `state`.

import { option, STORE_KEY } from "./place.js";
import { readJson, writeJson } from "./storage.js";

/** "zh" or "en" for any language tag; Chinese first when nothing is known. */
export const spoken = (tag) => (!tag ? "" : /^(zh|yue|wuu|cmn)\b/i.test(tag) ? "zh" : "en");

const stored = readJson("localStorage", STORE_KEY) || {};

export const state = {
  language: stored.chosenLanguage || spoken(option.lang) || spoken(document.documentElement.lang) || spoken(navigator.language) || "zh",
  id: stored.id || null,
  token: stored.token || null,
  config: stored.config || {},
  seen: stored.seen || 0, // highest seq the customer has had before their eyes
  person: stored.person || "", // fingerprint of whom the conversation was opened for
  identity: option.identity || "",
  owner: "bot",
  agentName: "",
  queue: null,
  overtaken: null, // whether the banner says why the place rose; null as long as it has not
  open: false,
  loaded: false, // history is on the screen
  broken: false, // could not start; the customer sees a retry button
  cursor: 0, // every message up to this seq has been read from the server
  items: new Map(), // seq → {message, node}
  outbox: [], // {clientId, text, button?, action?, file?, status: sending|waiting|failed, attempts, problem, node}
  notice: "", // key of the line above a conversation that replaced another
  sound: !!stored.sound, // off until the customer asks for it
  untold: stored.untold, // a chosen language the server has not heard of
  thumbs: stored.thumbs || {}, // answer_id → helpful, for this conversation
  awaiting: 0, // time until which the assistant's answer is expected
  typing: null, // {name, until}
  starting: null, // the promise of a conversation being restored or made; one attempt at a time, shared by all who wait
  failures: 0, // of the line, in a row
};

/** Keeps what a reload and the next tab need. The transcript itself stays on the server. */
export function remember() {
  const { id, token, config, seen, person, thumbs, sound, untold } = state;
  const chosenLanguage = state.chosenLanguage || stored.chosenLanguage;
  writeJson("localStorage", STORE_KEY, { id, token, config, seen, person, thumbs, sound, untold, chosenLanguage });
}

/** Unsent messages survive a reload of this tab; sessionStorage, because they are not masked yet. Files do not. */
export function rememberTab() {
  const outbox = state.outbox
    .filter((item) => !item.file)
    .map(({ clientId, text, button, action }) => ({ clientId, text, button, action }));
  writeJson("sessionStorage", STORE_KEY, outbox.length || state.open ? { conversation: state.id, open: state.open, outbox } : null);
}
