// The desk: keys (from the table in #keys), filters, the transcript's scroll and order, and what follows a sent line.
(function () {
  "use strict";
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-rows] a[data-row]")].filter((row) => row.offsetParent !== null);
  const bearing = (name, value) => [...document.querySelectorAll(`[${name}]`)].filter((element) => element.getAttribute(name) === value);
  const within = (name, value) => bearing(name, value)[0];
  // Of several with one key, what was done last (data-at): a reply after the claim, an answer after the reply.
  const newest = (key) => bearing("data-key", key).reduce((last, each) => (last && Number(last.dataset.at || 0) > Number(each.dataset.at || 0) ? last : each), null);
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const here = at >= 0 ? at : all.findIndex((row) => row.getAttribute("aria-current"));
    all[Math.max(0, Math.min(all.length - 1, here < 0 && step < 0 ? 0 : here + step))].focus();
  }

  const ACTS = {
    row: (item) => move(Number(item.target)),
    chat: (item) => tell("kesu:chat", Number(item.target)),
    press: (item) => { const found = newest(item.keys[0]); if (found) found.click(); },
    focus: (item) => { const found = within("data-key-focus", item.keys[0]); if (found) found.focus(); },
    open: (item) => {
      if (document.getElementById("dock-tab-" + item.target)) return tell("kesu:open", item.target);
      const box = within("data-key-focus", item.keys[0]);
      if (box) box.focus();
    },
    filter: () => tell("kesu:filter"),
    help: () => document.getElementById("keys").showModal(),
  };
  const map = document.getElementById("keys");
  const table = map ? JSON.parse(map.dataset.shortcuts) : [];

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.form && target.matches("textarea, input, select")) {
      event.preventDefault();
      if (target.form.reportValidity()) target.form.requestSubmit(target.form.querySelector("button[type=submit]"));
      return;
    }
    if (target.matches("[data-send]") && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (target.value.trim()) target.form.requestSubmit();
      return;
    }
    if (event.key === "Escape" && typing(target) && !target.closest("dialog")) return void target.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(target) || document.querySelector("dialog[open]")) return;
    const item = table.find((each) => each.keys.includes(event.key));
    if (!item) return;
    event.preventDefault();
    ACTS[item.act](item);
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });

  // Only what Z would take back says so.
  function markUndo() {
    const last = newest("z");
    for (const each of bearing("data-key", "z")) each.querySelector("kbd").hidden = each !== last;
  }

  // The rail shows where we are.
  function markHere() {
    for (const row of rows()) {
      if (row.pathname === location.pathname) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  // A poll must not take the focus away from a row it moved.
  let focused = "";
  document.addEventListener("htmx:before:swap", () => { focused = document.activeElement ? document.activeElement.id : ""; });
  document.addEventListener("htmx:after:swap", () => {
    const lost = focused && document.activeElement === document.body && document.getElementById(focused);
    if (lost) lost.focus({ preventScroll: true });
    markHere();
    markUndo();
    settleLines();
  });
  markUndo();

  // The transcript stays at its end, unless someone is reading further up.
  const lines = document.querySelector("[data-lines]");
  let atEnd = true;
  const toEnd = () => { if (lines) lines.scrollTop = lines.scrollHeight; };
  if (lines) {
    lines.addEventListener("scroll", () => { atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 60; });
    // A box that grows or a panel that opens takes its room from the transcript.
    new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(lines);
    const named = location.hash.startsWith("#event-") && document.getElementById(location.hash.slice(1));
    if (named) named.scrollIntoView();
    else toEnd();
  }
  function settleLines() {
    if (!lines) return;
    const known = new Set();
    // A reply and a poll may both bring the same line, and earlier lines come after the events around them.
    let last = null;
    for (const line of [...lines.querySelectorAll("li[id][data-at]")].reverse()) {
      if (known.has(line.id)) { line.remove(); continue; }
      known.add(line.id);
      if (last && Number(line.dataset.at) > Number(last.dataset.at)) place(line);
      else last = line;
    }
    if (atEnd) toEnd();
    tell("kesu:timeline");
  }
  function place(line) {
    const after = [...lines.querySelectorAll("li[id][data-at]")].filter((each) => each !== line).find((each) => Number(each.dataset.at) > Number(line.dataset.at));
    (after || document.getElementById("tail")).before(line);
  }

  // After a line or note is sent: a fresh key, and of the box's words those that were not sent; after a refusal everything stays.
  const sent = new WeakMap();
  document.addEventListener("htmx:before:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (form && form.matches("[data-composer]")) for (const box of form.querySelectorAll("textarea")) sent.set(box, box.value);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form || !form.matches("[data-composer]")) return;
    const answer = event.detail.ctx.response;
    if (!answer || answer.status >= 400) return;
    form.elements.once.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (window.kesuCompose) window.kesuCompose.forget(form);
    for (const box of form.querySelectorAll("textarea")) {
      const before = sent.get(box) || "";
      if (box.value.startsWith(before)) box.value = box.value.slice(before.length);
      if (box.value) box.dispatchEvent(new Event("input", { bubbles: true })); // its draft is kept anew
    }
    document.getElementById(form.dataset.composer).replaceChildren();
    atEnd = true;
    toEnd();
  });
})();
