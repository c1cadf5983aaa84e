/**
 * Kesu 客诉 — the chat widget. Starts it; all it imports is bundled into one file, served as /widget.js. How to use and
 * change it: ../README.md.
 *
 * Works on pages with a strict Content-Security-Policy (no inline style or script, no eval) and without third-party
 * cookies: everything lives in a shadow root, styles are a constructable style sheet, the conversation is carried by
 * a bearer token. Texts from the network become text nodes; HTML strings are never parsed.
 */

import { GLOBAL, option, ORIGIN, script, STORE_KEY } from "./place.js";
import { fingerprint, readJson } from "./storage.js";
import { state } from "./state.js";
import { actions } from "./actions.js";
import { untilGone } from "./ui.js";
import { fullScreenQuery } from "./looks.js";
import { markSeen, showUnread } from "./unread.js";
import { line, listen, stopListening, wake } from "./line.js";
import { begun, forget, ready } from "./conversation.js";
import { openPage } from "./pages.js";
import { press, pump, retry, takeBack } from "./sending.js";
import { receiveLoop } from "./receiving.js";
import { fit, openPanel } from "./panel.js";
import { build } from "./skeleton.js";
import { api } from "./sdk.js";

const waiting = window[GLOBAL]; // the page's queue-before-load stub, if any

/** Whether there is a place to start from, and no widget on the page that started before. */
function wanted() {
  if (!script) return false;
  if (!waiting || !waiting.origin) return true;
  if (waiting.origin !== ORIGIN) console.warn(`Kesu: window.${GLOBAL} belongs to ${waiting.origin}; give this widget its own data-global.`);
  return false;
}

/** The other tabs' news: what they have seen, a conversation they replaced. */
function onStorage(event) {
  if (event.key !== STORE_KEY || !event.newValue) return;
  const news = readJson("localStorage", STORE_KEY) || {};
  if (news.id !== state.id && !state.starting) {
    forget();
    Object.assign(state, {
      id: news.id,
      token: news.token,
      config: news.config || {},
      person: news.person || "",
      thumbs: news.thumbs || {},
    });
    if (state.id || state.open) begun();
  }
  state.seen = Math.max(state.seen, news.seen || 0);
  showUnread();
}

function start() {
  build();
  document.addEventListener(
    "visibilitychange",
    () => {
      markSeen();
      listen();
      if (!document.hidden) pump();
    },
    untilGone,
  );
  window.addEventListener(
    "online",
    () => {
      line.streamAgainAt = 0;
      for (const item of state.outbox) if (item.status === "waiting") item.attempts = 0;
      pump();
      wake();
      if (state.broken && state.open) begun();
    },
    untilGone,
  );
  window.addEventListener("storage", onStorage, untilGone);
  window.addEventListener("pagehide", stopListening, untilGone); // an open stream would keep the page out of the back/forward cache
  window.addEventListener("pageshow", (event) => event.persisted && listen(), untilGone);
  fullScreenQuery.addEventListener("change", fit, untilGone);
  if (window.visualViewport) for (const type of ["resize", "scroll"]) window.visualViewport.addEventListener(type, fit, untilGone);
  if (state.identity && state.id && state.person !== fingerprint(state.identity)) forget({ everywhere: true });
  const tab = readJson("sessionStorage", STORE_KEY) || {};
  window[GLOBAL] = api;
  for (const [method, ...values] of (waiting && waiting.queue) || []) if (typeof api[method] === "function") api[method](...values);
  if (option.open === "true" || tab.open) openPanel({ focus: false });
  else if (state.id) ready().catch(() => {});
}

Object.assign(actions, { openPage, press, retry, takeBack, pump, receiveLoop });

if (wanted()) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
