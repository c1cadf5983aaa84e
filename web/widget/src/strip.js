import { ui } from "./ui.js";

/** A line of news under the banner; `aboutLine` ones vanish when the connection is back. */
export function showStrip(text, node = null, aboutLine = false) {
  if (ui.strip.textContent === text && !node) return;
  ui.strip.replaceChildren(text, ...(node ? [node] : []));
  ui.strip.hidden = !text;
  ui.strip.toggleAttribute("data-line", aboutLine);
  ui.strip.dataset.line = aboutLine ? "1" : "";
  clearTimeout(ui.stripTimer);
  if (text && !aboutLine && !node) ui.stripTimer = setTimeout(() => showStrip(""), 10000);
}
