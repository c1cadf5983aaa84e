// Styles, theme and the colours derived from the host's one brand colour.

import CSS from "./looks.css";
import { option, script } from "./place.js";
import { h } from "./dom.js";
import { gone, ui, untilGone } from "./ui.js";

/** Puts the host element's shadow root up, with its styles. */
export function dress() {
  ui.host = h("kesu-widget", {}); // a name no page styles; attached shadow roots need a hyphenated one
  ui.shadow = ui.host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    ui.shadow.adoptedStyleSheets = [sheet];
  } catch {
    ui.shadow.append(h("style", { nonce: script.nonce || null }, CSS)); // Safari before 16.4
  }
}

const darkQuery = matchMedia("(prefers-color-scheme: dark)");
export const fullScreenQuery = matchMedia("(max-width: 479.98px), (max-height: 420px)");

/** [r, g, b] of any CSS colour the browser resolves to sRGB, else null. */
function rgb(color) {
  const probe = h("span");
  probe.style.color = color;
  if (!probe.style.color) return null;
  ui.shadow.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  const parts = (value.match(/[\d.]+/g) || []).slice(0, 3).map(Number);
  if (parts.length < 3 || !/^(rgb|color\(srgb)/.test(value)) return null;
  return value.startsWith("rgb") ? parts : parts.map((part) => part * 255);
}

/** WCAG contrast ratio of two [r, g, b] colours. */
function contrast(a, b) {
  const [x, y] = [a, b].map((color) => {
    const [r, g, bl] = color.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
  });
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/**
 * Applies light or dark (the tag's word, else the page's, else the system's) and derives readable colours from the host's one
 * brand colour.
 */
export function paint() {
  const ofPage = (name) => getComputedStyle(ui.host).getPropertyValue(name).trim();
  const { colorScheme } = getComputedStyle(document.documentElement);
  const wanted = [option.theme, ofPage("--kesu-theme"), colorScheme].find((name) => name === "dark" || name === "light");
  const dark = wanted ? wanted === "dark" : darkQuery.matches;
  ui.root.classList.toggle("dark", dark);
  const accent = rgb(option.color || ofPage("--kesu-color") || "#1858b8") || [24, 88, 184];
  const white = [255, 255, 255];
  const on = contrast(accent, white) >= 4.5 || contrast(accent, white) > contrast(accent, [0, 0, 0]) ? white : [0, 0, 0];
  const surface = dark ? [36, 40, 47] : [243, 245, 248]; // the least contrasting surface links stand on
  let link = accent;
  for (let i = 0; i < 20 && contrast(link, surface) < 4.6; i++) link = link.map((part) => part + ((dark ? 255 : 0) - part) * 0.1);
  for (const [name, value] of Object.entries({ accent, "on-accent": on, link })) {
    ui.root.style.setProperty(`--${name}`, `rgb(${value.map(Math.round).join(" ")})`);
  }
}

const repaint = new MutationObserver(() => paint()); // the page switches its theme, or the tag's colour

/** Paints again whenever one of these changes, until the widget is gone. */
export function watchTheme() {
  darkQuery.addEventListener("change", paint, untilGone);
  for (const node of [document.documentElement, script]) repaint.observe(node, { attributes: true });
  gone.signal.addEventListener("abort", () => repaint.disconnect());
}
