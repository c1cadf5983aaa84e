// Whether and how urgently there is something to receive, and whether the line works.

import { t } from "./texts.js";
import { state } from "./state.js";
import { actions } from "./actions.js";
import { ui } from "./ui.js";
import { showStrip } from "./strip.js";

export const line = { run: 0, abort: null, wake: null, quietPolls: 0, badStreams: 0, streamAgainAt: 0 };

export const lively = () => state.open || state.owner === "queued" || state.owner === "agent";

/** Starts, keeps or stops the loop according to what is going on. */
export function listen() {
  const wanted = state.id && state.loaded && (!document.hidden || (state.sound && lively())); // who wants to hear it must be told
  if (!wanted) return stopListening();
  if (!line.abort) actions.receiveLoop(++line.run);
  else if (line.streaming && !lively()) line.abort.abort();
  else wake();
}

export function stopListening() {
  line.run += 1;
  if (line.abort) line.abort.abort();
  line.abort = null;
  wake();
}

/** Ends the loop's current pause. */
export function wake() {
  line.quietPolls = 0;
  if (line.wake) line.wake();
}

export const pause = (ms) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    line.wake = () => (clearTimeout(timer), resolve());
  });

export function lineWorks() {
  state.failures = 0;
  showLine();
}

export function showLine() {
  if (state.failures >= 2) showStrip(t("reconnecting"), null, true);
  else if (ui.strip.dataset.line) showStrip("");
}
