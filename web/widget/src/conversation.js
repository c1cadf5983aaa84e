// The conversation: restored, begun, replaced, forgotten.

import { STORE_KEY } from "./place.js";
import { t } from "./texts.js";
import { fingerprint, readJson } from "./storage.js";
import { remember, state } from "./state.js";
import { emit } from "./events.js";
import { actions } from "./actions.js";
import { ui } from "./ui.js";
import { PAGE_SIZE, refused, request } from "./gateway.js";
import { scrollDown } from "./scroll.js";
import { markSeen } from "./unread.js";
import { focusInput } from "./input.js";
import { renderAll } from "./messages.js";
import { listen, stopListening } from "./line.js";
import { setOwner, showOwner } from "./owner.js";
import { tellLanguage } from "./language.js";

/** The conversation, restored or newly made; one attempt at a time, shared by all who wait. */
export function ready() {
  if (state.loaded) return Promise.resolve();
  state.starting = state.starting || (state.id ? restore() : create()).finally(() => (state.starting = null));
  return state.starting;
}

async function restore() {
  takeUnsent();
  try {
    const conversation = await request("GET", "");
    const { messages = [] } = conversation.last_seq
      ? await request("GET", `/messages?before=${conversation.last_seq + 1}&limit=${PAGE_SIZE}`)
      : {};
    state.cursor = Math.max(conversation.last_seq || 0, ...messages.map((message) => message.seq));
    begin(conversation, messages);
    ui.earlier.hidden = messages.length < PAGE_SIZE;
  } catch (problem) {
    if (!refused(problem)) throw problem;
    forget();
    await create("expired");
  }
}

/** What this tab had not sent before a reload. */
function takeUnsent() {
  const { conversation, outbox = [] } = readJson("sessionStorage", STORE_KEY) || {};
  if (!state.outbox.length && conversation === state.id) state.outbox = outbox.map((item) => ({ ...item, status: "sending", attempts: 0 }));
}

export async function create(notice = "") {
  const identity = state.identity;
  const other = readJson("localStorage", STORE_KEY); // another tab may just have begun
  if (other && other.id && other.id !== state.replaced && other.person === fingerprint(identity)) {
    Object.assign(state, { id: other.id, token: other.token, config: other.config || {}, seen: other.seen || 0 });
    return restore();
  }
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone; // opening hours are told on their clock
  let made;
  takeUnsent();
  try {
    made = await request("POST", null, { body: { language: state.language, time_zone, identity_token: identity || undefined } });
  } catch (problem) {
    if (!identity || ![400, 401, 403, 422].includes(problem.status)) throw problem;
    emit("identityrefused", { status: problem.status, code: problem.code });
    state.identity = ""; // help is for everybody; who they are can be asked
    made = await request("POST", null, { body: { language: state.language, time_zone } });
  }
  Object.assign(state, {
    id: made.id,
    token: made.token,
    config: made.config || {},
    person: fingerprint(state.identity && identity),
    notice,
    thumbs: {},
    seen: 0,
  });
  state.outbox = state.outbox.filter((item) => !item.button && !item.action); // those belong to the old conversation
  const messages = made.messages || [];
  state.cursor = Math.max(0, ...messages.map((message) => message.seq));
  begin(made, messages);
  ui.earlier.hidden = true;
  remember();
}

/** Puts a conversation on the screen, with what is still unsent. */
function begin(conversation, messages) {
  state.items.clear();
  for (const message of messages) state.items.set(message.seq, { message });
  state.loaded = true;
  state.broken = false;
  renderAll();
  setOwner(conversation);
  scrollDown();
  markSeen();
  emit("ready", { id: state.id, language: state.language });
  listen();
  tellLanguage();
  actions.pump();
}

/** Forgets the conversation here; on the server it stays. `everywhere`: also for the other tabs and the next page. */
export function forget({ everywhere = false } = {}) {
  state.replaced = state.id;
  state.former = everywhere ? null : state.token; // lets an anonymous visitor stay the same customer
  Object.assign(state, {
    id: null,
    token: null,
    loaded: false,
    cursor: 0,
    owner: "bot",
    agentName: "",
    queue: null,
    overtaken: null,
    awaiting: 0,
    typing: null,
    notice: "",
    person: "",
    seen: 0,
    thumbs: {},
  });
  state.items.clear();
  if (everywhere) remember();
  renderAll();
  stopListening();
}

/** After a refusal: is the conversation really gone? Then begins a new one and says so. */
export async function renewIfGone() {
  const id = state.id;
  try {
    await request("GET", "");
    return false;
  } catch (problem) {
    if (!refused(problem) || state.id !== id) return false;
  }
  forget();
  state.starting = state.starting || create("expired").finally(() => (state.starting = null));
  await state.starting;
  return true;
}

/** The customer asks for a new conversation after the last was closed. */
export async function startOver() {
  forget();
  await begun();
  if (state.open) focusInput();
}

/** ready(), with the failure shown to the customer instead of thrown. */
export async function begun() {
  state.broken = false;
  showOwner();
  try {
    await ready();
  } catch (problem) {
    state.broken = problem.detail || t("cannotStart");
    emit("error", { status: problem.status, code: problem.code });
  }
  showOwner();
}
