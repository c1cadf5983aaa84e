// Runs before anything is painted, so that a dark screen never flashes white. "auto" follows the system. "js" on the root
// lets styles fold away what scripts open again.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function follow() {
    if (root.dataset.theme === "auto") root.dataset.bsTheme = dark.matches ? "dark" : "light";
  }
  dark.addEventListener("change", follow);
  follow();
})();
