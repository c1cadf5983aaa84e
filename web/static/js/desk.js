// The desk: keyboard, filters, the transcript's scroll and the box to write in. Everything also works by mouse alone.
(function () {
  "use strict";
  const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;
  const rows = () => [...document.querySelectorAll("[data-rows] a[data-row]")].filter((row) => row.offsetParent !== null);

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const here = at >= 0 ? at : all.findIndex((row) => row.getAttribute("aria-current"));
    all[Math.max(0, Math.min(all.length - 1, here < 0 && step < 0 ? 0 : here + step))].focus();
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    c: () => { const button = document.querySelector('[data-key="c"]'); if (button) button.click(); },
    "?": () => document.getElementById("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches("[data-send]") && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (target.value.trim()) target.form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(target) || document.querySelector("dialog[open]")) return;
    const focus = [...document.querySelectorAll("[data-key-focus]")].find((element) => element.dataset.keyFocus === event.key);
    if (focus) {
      event.preventDefault();
      focus.focus();
    } else if (KEYS[event.key]) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });

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
    settleLines();
  });

  // The transcript stays at its end, unless someone is reading further up.
  const lines = document.querySelector("[data-lines]");
  let atEnd = true;
  const toEnd = () => { if (lines) lines.scrollTop = lines.scrollHeight; };
  if (lines) {
    lines.addEventListener("scroll", () => { atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 60; });
    toEnd();
  }
  function settleLines() {
    if (!lines) return;
    const known = new Set();
    // A reply and a poll may both bring the same line.
    for (const line of lines.querySelectorAll("li[id]")) {
      if (known.has(line.id)) line.remove();
      known.add(line.id);
    }
    if (atEnd) toEnd();
  }

  // After a line is sent: an empty box with a fresh key; after a refusal everything stays.
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (!form || !form.matches("[data-composer]")) return;
    const answer = event.detail.ctx.response;
    if (!answer || answer.status >= 400) return;
    form.elements.once.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    form.elements.text.value = "";
    document.getElementById("talk-error").replaceChildren();
    atEnd = true;
  });
})();
