// The policy form: the preview follows what is typed, and what was opened in it stays open. All of it also works without.
(function () {
  "use strict";
  const preview = () => document.getElementById("preview");
  let waiting = 0;
  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => { const box = preview(); if (box) box.dispatchEvent(new CustomEvent("refresh")); }, 400);
  }
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => { if (event.target.closest("[data-preview]")) soon(); });
  }
  document.documentElement.classList.add("has-script");

  let open = [];
  document.addEventListener("htmx:before:swap", () => { open = [...document.querySelectorAll("#preview details[open]")].map((box) => box.id); });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of open) { const box = document.getElementById(id); if (box) box.open = true; }
    const fresh = document.querySelector("#policy-form [autofocus]");
    if (fresh) { fresh.removeAttribute("autofocus"); fresh.focus(); }
  });
})();
