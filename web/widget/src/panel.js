// The panel: opened, closed, moved through with the keyboard, fitted to the screen.

import { rememberTab, state } from "./state.js";
import { emit } from "./events.js";
import { icon } from "./icons.js";
import { ui } from "./ui.js";
import { fullScreenQuery } from "./looks.js";
import { atBottom, scrollDown } from "./scroll.js";
import { markSeen, showUnread } from "./unread.js";
import { focusInput } from "./input.js";
import { listen } from "./line.js";
import { begun } from "./conversation.js";

let focusBefore = null;

export function openPanel({ focus = true } = {}) {
  if (state.open) return focus && focusInput();
  state.open = true;
  focusBefore = focus ? deepActive() : null;
  ui.panel.hidden = false;
  ui.root.classList.add("opened");
  ui.launcher.setAttribute("aria-expanded", "true");
  ui.launcherIcon.replaceChildren(icon("down"));
  fit();
  if (state.loaded) {
    renderSoon();
    listen();
  } else begun();
  scrollDown();
  if (focus) focusInput();
  markSeen();
  rememberTab();
  emit("open");
}

export function closePanel() {
  if (!state.open) return;
  const hadFocus = ui.shadow.activeElement;
  state.open = false;
  ui.panel.hidden = true;
  ui.root.classList.remove("opened");
  ui.launcher.setAttribute("aria-expanded", "false");
  ui.launcherIcon.replaceChildren(icon("chat"));
  fit();
  showUnread();
  if (hadFocus) {
    const back = focusBefore && focusBefore !== document.body && focusBefore.isConnected ? focusBefore : ui.launcher;
    back.focus({ preventScroll: true });
  }
  listen();
  rememberTab();
  emit("close");
}

export function toggle() {
  if (state.open) closePanel();
  else openPanel();
}

/** The focused element, also inside our own shadow root. */
const deepActive = () => (document.activeElement === ui.host ? ui.shadow.activeElement : document.activeElement);

/** Live announcements begin only after the history is in place. */
function renderSoon() {
  setTimeout(() => ui.log.setAttribute("aria-live", "polite"), 300);
}

export function onPanelKey(event) {
  if (event.key === "Escape" && !event.isComposing && state.open) {
    event.preventDefault();
    closePanel();
  }
  if (event.key === "Tab" && state.open && fullScreenQuery.matches) {
    const stops = [...ui.panel.querySelectorAll("button, a[href], textarea, input, [tabindex='0']")].filter(
      (node) => !node.disabled && node.getClientRects().length,
    );
    const at = stops.indexOf(ui.shadow.activeElement);
    if (event.shiftKey ? at <= 0 : at === stops.length - 1) {
      event.preventDefault();
      stops[event.shiftKey ? stops.length - 1 : 0].focus();
    }
  }
}

let pageOverflow = null;

/** Full screen: follows the on-screen keyboard, keeps the page beneath from scrolling, and is modal to assistive technology. */
export function fit() {
  const full = state.open && fullScreenQuery.matches;
  const page = document.documentElement;
  if (full && pageOverflow === null) {
    pageOverflow = page.style.overflow;
    page.style.overflow = "hidden";
  } else if (!full && pageOverflow !== null) {
    page.style.overflow = pageOverflow;
    pageOverflow = null;
  }
  ui.panel.setAttribute("aria-modal", String(full));
  const view = window.visualViewport;
  if (!full || !view || view.scale > 1.01) return; // zoomed in: the customer moves the view, not we
  const wasAtBottom = atBottom();
  ui.root.style.setProperty("--top", `${view.offsetTop}px`);
  ui.root.style.setProperty("--height", `${view.height}px`);
  ui.root.classList.toggle("keyboard", window.innerHeight - view.height > 120);
  if (wasAtBottom) scrollDown();
}
