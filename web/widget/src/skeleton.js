// The widget's nodes, as they are before anything is said.

import { option } from "./place.js";
import { state } from "./state.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { ui } from "./ui.js";
import { dress, paint, watchTheme } from "./looks.js";
import { followLog, onLogScroll, scrollDown } from "./scroll.js";
import { switchSound } from "./sound.js";
import { onInput } from "./input.js";
import { loadEarlier } from "./incoming.js";
import { chooseLanguage, labelled, relabel } from "./language.js";
import { startOver } from "./conversation.js";
import { openPage } from "./pages.js";
import { act, onInputKey, submit } from "./sending.js";
import { attach, FILE_KINDS, onDrag, onPaste } from "./files.js";
import { closePanel, onPanelKey, toggle } from "./panel.js";

export function build() {
  dress();
  ui.badge = h("span", { class: "badge", hidden: true, "aria-hidden": "true" });
  ui.launcherIcon = h("span", { class: "glyph" }, icon("chat"));
  ui.launcher = h(
    "button",
    {
      type: "button",
      class: "launcher",
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      "aria-controls": "panel",
      onclick: () => toggle(),
    },
    ui.launcherIcon,
    ui.badge,
  );
  ui.launcher.hidden = option.launcher === "none";

  const heading = h("h2", { id: "title" });
  if (option.title) heading.append(option.title);
  else labelled(heading, "title");
  ui.tickets = h(
    "button",
    { type: "button", onclick: () => openPage("/my/tickets") },
    icon("ticket", "small-gone"),
    labelled(h("span"), "myTickets"),
    labelled(h("span", { class: "sr" }), "newWindow"),
  );
  ui.language = labelled(
    labelled(h("button", { type: "button", onclick: () => chooseLanguage(state.language === "zh" ? "en" : "zh") }), "switchLanguageShort"),
    "switchLanguage",
    "aria-label",
  );
  const close = labelled(h("button", { type: "button", onclick: () => closePanel() }, icon("close")), "close", "aria-label");

  ui.bannerText = h("span", { class: "text", role: "status" });
  ui.bannerIcon = h("span", { class: "glyph" });
  ui.startNew = labelled(h("button", { type: "button", hidden: true, onclick: () => startOver() }), "startNew");
  ui.waiting = h(
    "span",
    { class: "waiting", hidden: true },
    ["leaveTicket", "leaveQueue"].map((key) => labelled(h("button", { type: "button", onclick: () => act(key) }), key)),
  );
  ui.banner = h("div", { class: "banner" }, ui.bannerIcon, ui.bannerText, ui.startNew, ui.waiting);
  ui.strip = h("div", { class: "strip", role: "status", hidden: true });

  ui.earlier = labelled(h("button", { type: "button", class: "link earlier", hidden: true, onclick: () => loadEarlier() }), "earlier");
  ui.list = h("div", {});
  ui.log = labelled(
    h("div", { class: "log", role: "log", tabindex: "0", "aria-live": "off", onscroll: onLogScroll }, ui.earlier, ui.list),
    "log",
    "aria-label",
  );
  ui.jump = h(
    "button",
    { type: "button", class: "jump", hidden: true, onclick: () => scrollDown() },
    labelled(h("span"), "newMessages"),
    icon("down"),
  );

  ui.input = labelled(
    labelled(
      h("textarea", {
        rows: "1",
        enterkeyhint: "send",
        autocomplete: "off",
        "aria-describedby": "counter",
        oninput: onInput,
        onkeydown: onInputKey,
        onpaste: onPaste,
      }),
      "placeholder",
      "placeholder",
    ),
    "input",
    "aria-label",
  );
  ui.send = labelled(
    h("button", { type: "submit", class: "send", onmousedown: (event) => event.preventDefault() }, icon("send")),
    "send",
    "aria-label",
  );
  ui.counter = h("span", { id: "counter", role: "status" });
  ui.files = h("input", {
    type: "file",
    multiple: true,
    accept: FILE_KINDS.join(),
    hidden: true,
    onchange: () => (attach(ui.files.files), (ui.files.value = "")),
  });
  ui.attach = labelled(
    h("button", { type: "button", class: "attach", onclick: () => ui.files.click() }, icon("clip")),
    "attach",
    "aria-label",
  );
  ui.soundText = h("span");
  ui.sound = h("button", { type: "button", class: "sound", onclick: switchSound }, ui.soundText);
  const composer = h(
    "form",
    { class: "composer", novalidate: true, onsubmit: (event) => (event.preventDefault(), submit()) },
    h("div", { class: "entry" }, ui.attach, ui.files, ui.input, ui.send),
    h("div", { class: "under" }, labelled(h("span", { class: "hint" }), "hint"), ui.counter, ui.sound),
  );

  ui.announce = h("div", { class: "sr", role: "status" }); // failures and typing, for those who cannot see them
  ui.panel = h(
    "section",
    { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", tabindex: "-1", hidden: true },
    h("header", {}, heading, ui.tickets, ui.language, close),
    ui.banner,
    ui.strip,
    h("div", { class: "logbox" }, ui.log, ui.jump),
    composer,
    ui.announce,
  );
  ui.root = h("div", { class: `root ${option.position === "left" ? "left" : ""}` }, ui.panel, ui.launcher);
  // The page's shortcuts are not for us.
  for (const type of ["keydown", "keyup", "keypress"]) ui.root.addEventListener(type, (event) => event.stopPropagation());
  ui.root.addEventListener("keydown", onPanelKey);
  for (const type of ["dragover", "dragleave", "drop"]) ui.panel.addEventListener(type, onDrag);
  ui.shadow.append(ui.root);
  if (window.ResizeObserver) new ResizeObserver(followLog).observe(ui.log);
  document.documentElement.append(ui.host); // beside the body, which some sites replace or transform
  watchTheme();
  paint();
  relabel();
}
