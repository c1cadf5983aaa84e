// What is typed into a long form survives a reload and a wrong turn, in this tab only, until it is sent.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const draft = window.kesuKept(form.dataset.draft);
  const notice = form.querySelector(".draft-notice");
  const kept = (field) => field.name && !["hidden", "file", "submit"].includes(field.type) && field.name !== "consent";
  const fields = () => [...form.elements].filter(kept);

  function save() {
    const typed = {};
    for (const field of fields()) {
      if (field.type !== "radio") typed[field.name] = field.value;
      else if (field.checked) typed[field.name] = field.value;
    }
    draft.write(typed);
  }

  function restore(typed) {
    for (const field of fields()) {
      if (!(field.name in typed)) continue;
      if (field.type === "radio") field.checked = field.value === typed[field.name];
      else field.value = typed[field.name];
    }
  }

  const before = draft.read();
  const untouched = !form.elements.description.value; // a refused form brings what was typed itself
  if (before && before.description && untouched) {
    restore(before);
    notice.hidden = false;
  }
  form.addEventListener("input", save);
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) draft.write();
  });
  form.querySelector("[data-draft-clear]").addEventListener("click", () => {
    draft.write();
    form.reset();
    notice.hidden = true;
    form.elements.description.focus();
  });
})();
