// Receiving. One loop: it streams while someone may be answering, polls where streaming does not get through, looks once a
// minute while the panel is closed, and rests while the page is hidden.

import { state } from "./state.js";
import { MAX_BACKOFF_MS, PAGE_SIZE, Problem, refused, request } from "./gateway.js";
import { setTyping } from "./typing.js";
import { receive } from "./incoming.js";
import { line, lineWorks, lively, pause, showLine } from "./line.js";
import { refreshQueue, setOwner } from "./owner.js";
import { renewIfGone } from "./conversation.js";

const SILENT_STREAM_MS = 60000; // the server pings more often; a longer silence means the line is dead
const BACKGROUND_POLL_MS = 60000; // panel closed and nobody waiting

export async function receiveLoop(run) {
  const current = () => run === line.run;
  while (current()) {
    line.abort = new AbortController();
    const { signal } = line.abort;
    try {
      if (lively() && typeof ReadableStream === "function" && Date.now() >= line.streamAgainAt) await stream(signal);
      else await poll(signal);
      if (!current()) return;
      if (state.failures) lineWorks();
      if (Date.now() < line.streamAgainAt || !lively()) await pause(pollDelay());
      else await pause(200);
    } catch (problem) {
      if (!current()) return;
      if (signal.aborted) continue;
      if (refused(problem) && (await renewIfGone().catch(() => false))) return;
      state.failures += 1;
      showLine();
      const backoff = Math.min(MAX_BACKOFF_MS, 1000 * 2 ** Math.min(state.failures - 1, 5));
      await pause((problem.retryAfter || 0) * 1000 + backoff * (0.8 + Math.random() * 0.4));
    }
  }
}

/** Reads server-sent events with fetch, because EventSource cannot carry the token in a header. */
async function stream(outer) {
  const abort = new AbortController();
  outer.addEventListener("abort", () => abort.abort());
  let heard = 0; // when the last byte came
  let silent = false;
  const began = Date.now();
  const watch = setInterval(() => {
    if (!heard) poll(abort.signal).catch(() => {}); // a proxy may be holding the stream back
    if (Date.now() - (heard || began) < (heard ? SILENT_STREAM_MS : SILENT_STREAM_MS / 2)) return;
    silent = true;
    abort.abort();
  }, 5000);
  line.streaming = true;
  try {
    const response = await request("GET", `/events?after=${state.cursor}`, {
      headers: { Accept: "text/event-stream" },
      signal: abort.signal,
      timeout: 0,
      raw: true,
    });
    if (!response.body || !/event-stream/.test(response.headers.get("Content-Type") || "")) throw new Problem(501);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let buffer = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      heard = Date.now();
      if (heard - began > 5000) line.badStreams = 0;
      if (state.failures) lineWorks();
      buffer += decoder.decode(value, { stream: true }).replace(/\r/g, "");
      const parts = buffer.split("\n\n");
      buffer = parts.pop();
      parts.forEach(takeEvent);
    }
  } catch (problem) {
    if (outer.aborted || heard) return; // ended by us, or a line that worked until now: simply read on
    if (problem.status === 401 || (problem.status === 0 && !silent && line.badStreams < 2)) {
      line.badStreams += 1;
      throw problem;
    }
    noStream();
  } finally {
    line.streaming = false;
    clearInterval(watch);
  }
  if (!outer.aborted && Date.now() - began < 3000) noStream(); // ended at once: the server has no room for streams
}

/** Streaming did not work: poll for a while, longer each time. */
function noStream() {
  line.badStreams += 1;
  line.streamAgainAt = Date.now() + 15000 * 2 ** Math.min(line.badStreams, 6);
}

/** One server-sent event: its lines, without the blank one that ends it. */
function takeEvent(block) {
  let type = "message";
  const data = [];
  for (const row of block.split("\n")) {
    if (row.startsWith("event:")) type = row.slice(6).trim();
    else if (row.startsWith("data:")) data.push(row.slice(5).replace(/^ /, ""));
  }
  if (!data.length) return;
  let value;
  try {
    value = JSON.parse(data.join("\n"));
  } catch {
    return;
  }
  if (type === "message") {
    receive([value]);
    state.cursor = Math.max(state.cursor, value.seq || 0);
  } else if (type === "owner") setOwner(value);
  else if (type === "typing") setTyping(value);
}

async function poll(signal) {
  for (;;) {
    const answer = await request("GET", `/messages?after=${state.cursor}&limit=${PAGE_SIZE}`, { signal });
    const messages = answer.messages || [];
    const newest = Math.max(state.cursor, ...messages.map((message) => message.seq));
    if (messages.some((message) => !state.items.has(message.seq))) line.quietPolls = 0;
    receive(messages);
    setOwner(answer);
    const more = newest > state.cursor && messages.length >= PAGE_SIZE;
    state.cursor = newest;
    if (!more) break;
  }
  line.quietPolls += 1;
  if (state.owner === "queued" && line.quietPolls % 5 === 0) await refreshQueue(signal);
}

/** 1 s while something is expected, 1–3 s with a person, growing to 15 s when nothing happens. */
function pollDelay() {
  if (!lively()) return BACKGROUND_POLL_MS;
  if (state.awaiting > Date.now() || state.outbox.length) return 1000;
  const grown = 1000 * 1.25 ** Math.max(0, line.quietPolls - (state.owner === "agent" ? 60 : 3));
  return Math.min(grown, state.owner === "agent" ? 3000 : state.owner === "queued" ? 4000 : 15000);
}
