// Results by keyboard: arrows or j and k go through them, "/" goes back to the box.
(function () {
  "use strict";
  const box = document.getElementById("search-words");
  const results = () => [...document.querySelectorAll("[data-results] [data-result]")];

  function move(step) {
    const all = results();
    const next = all.indexOf(document.activeElement) + step;
    if (next < 0) box.focus();
    else if (all.length) all[Math.min(next, all.length - 1)].focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const inBox = event.target === box;
    if (!inBox && event.target.closest("input, textarea, select")) return;
    const step = { ArrowDown: 1, ArrowUp: -1, j: inBox ? 0 : 1, k: inBox ? 0 : -1 }[event.key];
    if (step) {
      event.preventDefault();
      move(step);
    } else if (event.key === "/" && !inBox) {
      event.preventDefault();
      box.select();
    }
  });
})();
