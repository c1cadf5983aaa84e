// What the page may call.

import { GLOBAL, ORIGIN } from "./place.js";
import { fingerprint } from "./storage.js";
import { rememberTab, state } from "./state.js";
import { listeners, on } from "./events.js";
import { gone, ui } from "./ui.js";
import { silence } from "./sound.js";
import { stopListening } from "./line.js";
import { setLanguage } from "./language.js";
import { begun, create, forget } from "./conversation.js";
import { stopSending } from "./sending.js";
import { closePanel, openPanel, toggle } from "./panel.js";

/**
 * Names the signed-in customer by a token from the company's own backend; null after signing out.
 * Another person's conversation is dropped at once. One begun anonymously is replaced too, unless a member of staff
 * is already in it.
 */
function identify(token) {
  const person = fingerprint(token);
  state.identity = token || "";
  if (state.starting) return void state.starting.catch(() => {}).then(() => state.identity === (token || "") && identify(token));
  const anonymousWithStaff = !state.person && person && ["queued", "agent"].includes(state.owner);
  if (!state.id || state.person === person || anonymousWithStaff) return;
  const wasLoaded = state.items.size > 1;
  state.outbox = [];
  ui.input.value = "";
  forget({ everywhere: true });
  rememberTab();
  if (!state.open) return;
  state.starting = create(wasLoaded ? "identityChanged" : "").finally(() => (state.starting = null));
  begun();
}

/** Takes the widget off the page, as if it had never been there; the conversation stays for the next page. */
function destroy() {
  closePanel();
  stopListening();
  state.loaded = false;
  gone.abort();
  stopSending();
  for (const timer of [ui.typingTimer, ui.stripTimer]) clearTimeout(timer);
  silence();
  ui.host.remove();
  listeners.clear();
  delete window[GLOBAL];
}

/** What `window.Kesu` is. */
export const api = { origin: ORIGIN, open: () => openPanel(), close: closePanel, toggle, identify, on, setLanguage, destroy };
