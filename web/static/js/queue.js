// The queue's ticked rows: by click, shift-click and x; they stay ticked while the rows are renewed. Without this script
// the boxes and the bar's form work as they are.
(function () {
  "use strict";
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const ticked = new Set();
  let last = null;
  const boxes = () => [...document.querySelectorAll("[data-tick]")];
  const numberOf = (box) => box.id.slice("tick-".length);

  function show() {
    const all = boxes();
    bar.hidden = ticked.size === 0;
    bar.querySelector("[data-bulk-count]").textContent = String(ticked.size);
    const head = document.querySelector("[data-tick-all]");
    if (!head) return;
    head.checked = all.length > 0 && ticked.size === all.length;
    head.indeterminate = ticked.size > 0 && ticked.size < all.length;
  }

  function tick(box, on) {
    box.checked = on;
    if (on) ticked.add(numberOf(box));
    else ticked.delete(numberOf(box));
  }

  function untick() {
    for (const box of boxes()) tick(box, false);
    ticked.clear();
    show();
  }

  // From the last box that was ticked or unticked up to this one, all like this one.
  function through(box) {
    const all = boxes();
    const from = all.findIndex((each) => numberOf(each) === last), to = all.indexOf(box);
    if (from < 0) return;
    for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) tick(each, box.checked);
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.matches("[data-tick]")) {
      tick(target, target.checked);
      if (event.shiftKey) through(target);
      last = numberOf(target);
      show();
    } else if (target.matches("[data-tick-all]")) {
      for (const box of boxes()) tick(box, target.checked);
      show();
    } else if (target.closest("[data-untick]")) {
      untick();
    }
  });
  // Shift-click would also mark text.
  document.addEventListener("mousedown", (event) => {
    if (event.shiftKey && event.target instanceof Element && event.target.closest(".row-tick")) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (target.closest("textarea, select, input:not([type=checkbox])")) return;
    const row = target.closest("[data-rows] > li");
    const box = row && row.querySelector("[data-tick]");
    if (event.key.toLowerCase() === "x" && box) {
      event.preventDefault();
      tick(box, !box.checked);
      if (event.shiftKey) through(box);
      last = numberOf(box);
      show();
    } else if (event.key === "Escape" && ticked.size && !document.querySelector("details[data-menu][open]")) {
      untick();
    }
  });

  // New rows: what is ticked stays so, what has left the page is ticked no more.
  function renew() {
    const here = new Set(boxes().map(numberOf));
    for (const number of [...ticked]) if (!here.has(number)) ticked.delete(number);
    for (const box of boxes()) box.checked = ticked.has(numberOf(box));
    show();
  }

  document.addEventListener("htmx:after:swap", renew);
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.sourceElement !== bar) return;
    const answer = event.detail.ctx.response;
    if (!answer || answer.status >= 500) return;
    bar.elements.once.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    for (const menu of bar.querySelectorAll("details[open]")) menu.open = false;
    if (answer.status >= 400) return;
    for (const name of ["note", "handover_note"]) bar.elements[name].value = "";
    untick();
    htmx.trigger("#queue", "refresh");
  });

  for (const box of boxes()) if (box.checked) ticked.add(numberOf(box));
  bar.querySelector("[data-untick]").hidden = false;
  show();
})();
