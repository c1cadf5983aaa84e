// The nodes of the widget that change after they were built, by name; skeleton.js makes them.

export const ui = {};

/** Aborted when the widget leaves the page: what listens to the page says `untilGone`. */
export const gone = new AbortController();
export const untilGone = { signal: gone.signal };
