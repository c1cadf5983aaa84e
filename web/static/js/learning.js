// A group of questions: j and k go through the wordings, a accepts what is suggested, x goes to dismissing.
(function () {
  "use strict";
  const boxes = () => [...document.querySelectorAll('input[name="text"]:not([disabled])')];

  function move(step) {
    const all = boxes();
    const at = all.indexOf(document.activeElement);
    if (all.length) all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + step))].focus();
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    a: () => { const button = document.querySelector('[data-key="a"]'); if (button) button.click(); },
    x: () => { const reason = document.querySelector('[data-key-focus="x"]'); if (reason) reason.focus(); },
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    if (target.closest('input:not([type="checkbox"]), textarea, select')) return;
    event.preventDefault();
    KEYS[event.key]();
  });
})();
