// The page of a case: panes, the dock's tabs, the timeline's filter, who else is here, taking back, what was revealed.
(function () {
  "use strict";
  const page = document.getElementById("case");
  const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
  const kept = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null; // storage is blocked: nothing is remembered
    }
  };

  // The page after a refusal stands at the address of what was refused, which cannot be opened: a reload shows the case.
  if (page && location.pathname !== page.dataset.address) history.replaceState(null, "", page.dataset.address);

  // ── Panes of a phone ──
  function show(name) {
    page.dataset.pane = name;
    for (const button of document.querySelectorAll("[data-show-pane]")) button.setAttribute("aria-pressed", String(button.dataset.showPane === name));
  }

  // ── The dock: one panel at a time ──
  const tabs = () => [...document.querySelectorAll("[data-dock]")];
  function open(name, focus) {
    if (!tabs().some((tab) => tab.dataset.dock === name)) return;
    if (page) show("case");
    for (const tab of tabs()) {
      const here = tab.dataset.dock === name;
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
      document.getElementById("panel-" + tab.dataset.dock).classList.toggle("is-open", here);
    }
    if (!focus) return;
    const panel = document.getElementById("panel-" + name);
    const seen = (wanted) => [...panel.querySelectorAll(wanted)].find((each) => each.checkVisibility());
    const main = seen("textarea:not([readonly])") || seen("form button.btn-primary:not([disabled])") || seen("input:not([type=hidden]), button:not([disabled]), a[href]");
    if (main) main.focus();
  }
  document.addEventListener("kesu:open", (event) => open(event.detail, true));
  document.addEventListener("keydown", (event) => {
    const tab = event.target instanceof Element && event.target.closest("[role=tab][data-dock]");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const next = tabs()[(tabs().indexOf(tab) + step + tabs().length) % tabs().length];
    event.preventDefault();
    open(next.dataset.dock, false);
    next.focus();
  });

  // After a step the next one is where one goes on.
  const dock = document.getElementById("dock");
  if (dock && dock.dataset.opens) open(dock.dataset.opens, true);

  // ── The timeline's filter, remembered ──
  const timeline = document.getElementById("timeline");
  const chips = () => [...document.querySelectorAll("[data-filter]")];
  function filter(name) {
    if (!timeline || !chips().some((chip) => chip.dataset.filter === name)) return;
    timeline.dataset.shown = name;
    for (const chip of chips()) chip.setAttribute("aria-pressed", String(chip.dataset.filter === name));
    kept((store) => store.setItem("kesu-timeline", name));
    settle();
    timeline.parentElement.scrollTop = timeline.parentElement.scrollHeight;
  }
  function settle() {
    if (!timeline) return;
    const any = timeline.dataset.shown === "all" || timeline.querySelector(`[data-group="${timeline.dataset.shown}"]`);
    document.getElementById("timeline-none").hidden = Boolean(any);
  }
  document.addEventListener("kesu:timeline", settle);
  document.addEventListener("kesu:filter", () => {
    const at = chips().findIndex((chip) => chip.getAttribute("aria-pressed") === "true");
    if (chips().length) filter(chips()[(at + 1) % chips().length].dataset.filter);
  });

  // ── Who else has the case open ──
  const HERE_EVERY = 4000;
  const here = document.getElementById("here");
  let writing = "", wroteAt = 0, said = "";
  async function look() {
    if (!here || document.hidden) return;
    const form = { writing: Date.now() - wroteAt < HERE_EVERY + 1000 ? writing : "" };
    try {
      const answer = await fetch(page.dataset.here, { method: "POST", headers: { "X-CSRF-Token": csrf(), "HX-Request": "true" }, body: new URLSearchParams(form) });
      const words = answer.ok ? (await answer.text()).trim() : said;
      if (words === said) return;
      said = words;
      here.innerHTML = words; // our own server's template
    } catch {
      // the page's other requests say when the connection is lost
    }
  }
  function leave() {
    if (here) navigator.sendBeacon(page.dataset.here, new URLSearchParams({ leaves: "1", csrf_token: csrf() }));
  }
  document.addEventListener("input", (event) => {
    if (!here || !event.target.closest) return;
    const form = event.target.dataset.writing || (event.target.closest("#panel-step") ? "step" : "");
    if (!form) return;
    const news = form !== writing || Date.now() - wroteAt > HERE_EVERY;
    writing = form;
    if (news) { wroteAt = Date.now(); look(); } else wroteAt = Date.now();
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : look()));
  window.addEventListener("pagehide", leave);
  if (here) { look(); setInterval(look, HERE_EVERY); }

  // ── The ticket has moved on: the next step follows, unless something is being typed there ──
  const TOLD_FOR = 10000;
  const panel = document.getElementById("panel-step");
  const dirty = () => [...panel.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  const version = () => Math.max(0, ...[...document.querySelectorAll("#tail[data-version], #watch[data-version]")].map((each) => Number(each.dataset.version)));
  let known = version();
  async function follow() {
    if (!panel || version() <= known) return;
    known = version();
    if (dirty() || document.querySelector("dialog[open]")) return;
    const focused = panel.contains(document.activeElement);
    await window.htmx.ajax("GET", panel.dataset.step, { target: "#panel-step", swap: "innerHTML" });
    const step = panel.querySelector("[data-next]");
    const label = document.querySelector("#dock-tab-step .dock-long");
    if (step && label) label.textContent = document.getElementById("dock-tab-step").dataset.command = step.dataset.next;
    if (focused) open("step", true);
  }
  document.addEventListener("htmx:after:swap", follow);

  // What changed stands on the timeline, and an untouched step follows: saying so for a moment is enough.
  function tidy() {
    const told = [...document.querySelectorAll(".case-changed:not([data-noticed])")];
    if (!panel || !told.length) return;
    for (const old of document.querySelectorAll(".case-changed[data-noticed]")) old.remove();
    for (const each of told) each.dataset.noticed = "1";
    if (!dirty()) return void setTimeout(() => { for (const each of told) each.remove(); }, TOLD_FOR);
    for (const each of told) each.querySelector(".case-changed-typed").hidden = false;
  }
  document.addEventListener("htmx:after:swap", tidy);

  // ── Taking back ──
  const undo = document.querySelector("[data-undo]");
  if (undo) {
    const ends = performance.now() + Number(undo.dataset.undo) * 1000;
    const count = setInterval(() => {
      const left = Math.ceil((ends - performance.now()) / 1000);
      undo.querySelector(".undo-left").textContent = Math.max(left, 0);
      if (left > 0) return;
      clearInterval(count);
      undo.remove();
    }, 250);
    // Whoever has written to the customer or to colleagues since has begun to work: the claim stands (ticketing/tickets/claiming.py).
    document.addEventListener("htmx:after:request", (event) => {
      const form = event.detail.ctx.sourceElement, answer = event.detail.ctx.response;
      if (form && form.matches("[data-composer]") && answer && answer.status < 400 && undo.dataset.undoOf === "claim") undo.remove();
    });
  }

  // ── What was revealed does not stay on the screen ──
  let masking = 0;
  function mask() {
    const shown = document.querySelector("[data-mask-at]");
    clearInterval(masking);
    if (shown) window.htmx.ajax("GET", shown.dataset.maskAt, { target: "#details", swap: "innerHTML" });
  }
  function watchMask() {
    const shown = document.querySelector("[data-mask-at]:not([data-counted])");
    if (!shown) return;
    shown.dataset.counted = "1";
    const ends = performance.now() + Number(shown.dataset.maskAfter) * 1000;
    clearInterval(masking);
    masking = setInterval(() => {
      const left = Math.ceil((ends - performance.now()) / 1000);
      shown.querySelector(".mask-left").textContent = Math.max(left, 0);
      if (left <= 0) mask();
    }, 500);
  }
  document.addEventListener("htmx:after:swap", watchMask);
  watchMask();

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const pane = target.closest("[data-show-pane]"), tab = target.closest("[data-dock]"), chip = target.closest("[data-filter]");
    if (pane) show(pane.dataset.showPane);
    if (tab) open(tab.dataset.dock, true);
    if (chip) filter(chip.dataset.filter);
    if (target.closest("[data-mask-now]")) mask();
  });

  filter(kept((store) => store.getItem("kesu-timeline")) || "all");
})();
