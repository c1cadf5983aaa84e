// What the browser keeps for us, where it lets us.

export function readJson(kind, key) {
  try {
    return JSON.parse(window[kind].getItem(key));
  } catch {
    return null; // storage is blocked or was tampered with: live without
  }
}

export function writeJson(kind, key, value) {
  try {
    if (value) window[kind].setItem(key, JSON.stringify(value));
    else window[kind].removeItem(key);
  } catch {
    // storage is blocked or full: the conversation then lasts as long as the page
  }
}

/** A short non-secret fingerprint of an identity token: its subject when it is a JWT, else the whole token. */
export function fingerprint(token) {
  if (!token) return "";
  let subject = token;
  try {
    subject = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub || token;
  } catch {
    // an opaque token: compared as a whole
  }
  let hash = 5381;
  for (const char of String(subject)) hash = (hash * 33 + char.codePointAt(0)) % 0x1fffffffffff;
  return hash.toString(36);
}
