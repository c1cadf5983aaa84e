// What is typed into a long form survives a reload and a wrong turn, in this tab only, until it is sent.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const place = `kesu-draft:${form.dataset.draft}`;
  const notice = form.querySelector(".draft-notice");
  const kept = (field) => field.name && !["hidden", "file", "submit"].includes(field.type) && field.name !== "consent";
  const fields = () => [...form.elements].filter(kept);

  function store(value) {
    try {
      if (value) sessionStorage.setItem(place, value);
      else sessionStorage.removeItem(place);
    } catch {
      // storage is blocked: the form works all the same
    }
  }

  function stored() {
    try {
      return JSON.parse(sessionStorage.getItem(place));
    } catch {
      return null;
    }
  }

  function save() {
    const typed = {};
    for (const field of fields()) {
      if (field.type !== "radio") typed[field.name] = field.value;
      else if (field.checked) typed[field.name] = field.value;
    }
    store(JSON.stringify(typed));
  }

  function restore(typed) {
    for (const field of fields()) {
      if (!(field.name in typed)) continue;
      if (field.type === "radio") field.checked = field.value === typed[field.name];
      else field.value = typed[field.name];
    }
  }

  const before = stored();
  const untouched = !form.elements.description.value; // a refused form brings what was typed itself
  if (before && before.description && untouched) {
    restore(before);
    notice.hidden = false;
  }
  form.addEventListener("input", save);
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) store(null);
  });
  form.querySelector("[data-draft-clear]").addEventListener("click", () => {
    store(null);
    form.reset();
    notice.hidden = true;
    form.elements.description.focus();
  });
})();
