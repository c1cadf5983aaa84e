// Where the script was loaded from and what its tag asks for.

/** The script tag that brought us and what follows from it; nothing if it is not found or the browser too old. */
function look() {
  const script = document.currentScript || [...document.querySelectorAll("script[src]")].find((s) => /\/widget\.js(\?|$)/.test(s.src));
  if (!script || !script.src || !Element.prototype.attachShadow) return {};
  const BASE = new URL(".", script.src); // Kesu may live under a path of its origin
  return {
    script,
    BASE,
    ORIGIN: BASE.origin,
    API: new URL("chat/v1/conversations", BASE).href,
    STORE_KEY: `kesu:${BASE.href.replace(/\/$/, "")}`, // names the Kesu origin: two companies never share a token
    option: script.dataset,
  };
}

export const { script, BASE, ORIGIN, API, STORE_KEY, option = {} } = look();
export const GLOBAL = option.global || "Kesu";
