// Requests to the gateway.

import { API } from "./place.js";
import { state } from "./state.js";

export const PAGE_SIZE = 50;
const REQUEST_MS = 30000;
export const MAX_BACKOFF_MS = 30000;

/** A refused or failed request. `status` 0 means the network; `detail` is already in the customer's language. */
export class Problem extends Error {
  constructor(status, body = {}, retryAfter = 0) {
    super(body.title || `status ${status}`);
    Object.assign(this, { status, code: body.code, detail: body.detail || "", retryAfter });
  }
}

/** Does the conversation no longer exist for us, as far as this answer tells? */
export const refused = (problem) => problem instanceof Problem && [401, 403, 404, 410].includes(problem.status);

/**
 * Calls the gateway about the current conversation. No cookies: the bearer token is all.
 * @param {string} path below the conversation; null for the collection itself
 * @throws {Problem}
 */
export async function request(method, path, { body, headers = {}, signal, timeout = REQUEST_MS, raw = false } = {}) {
  const abort = new AbortController();
  const timer = timeout && setTimeout(() => abort.abort(), timeout);
  if (signal) signal.addEventListener("abort", () => abort.abort());
  const all = { Accept: "application/json", "Accept-Language": state.language, ...headers };
  if (body) all["Content-Type"] = "application/json";
  const token = path === null ? state.former : state.token;
  if (token) all.Authorization = `Bearer ${token}`;
  try {
    const url = path === null ? API : `${API}/${encodeURIComponent(state.id)}${path}`;
    const response = await fetch(url, {
      method,
      headers: all,
      body: body && JSON.stringify(body),
      mode: "cors",
      credentials: "omit",
      cache: "no-store",
      signal: abort.signal,
    });
    if (raw && response.ok) return response;
    const json = await response.json().catch(() => ({}));
    if (!response.ok) throw new Problem(response.status, json, Number(response.headers.get("Retry-After")) || 0);
    return json;
  } catch (error) {
    throw error instanceof Problem ? error : new Problem(0);
  } finally {
    clearTimeout(timer);
  }
}
