// A record's analysis: what is typed and not saved outlasts the page's other forms, in this tab, until it is saved. What a colleague
// has saved meanwhile is not written over.
(function () {
  "use strict";
  const form = document.querySelector("form[data-unsaved]");
  if (!form) return;
  const draft = window.kesuKept(form.dataset.unsaved);
  const told = form.querySelector("[data-unsaved-told]");
  const fields = () => [...form.elements].filter((field) => field.matches("textarea, select"));
  // As the page came, not as it is: on a slow line one types before this runs.
  const came = (field) => (field.matches("select") ? [...field.options].find((option) => option.defaultSelected) || field.options[0] : { value: field.defaultValue });
  const began = new Map(fields().map((field) => [field.id, came(field).value]));

  function keep() {
    const changed = fields().filter((field) => field.value !== began.get(field.id));
    draft.write(changed.length && Object.fromEntries(changed.map((field) => [field.id, { from: began.get(field.id), to: field.value }])));
    told.hidden = !changed.length || told.hidden;
  }

  for (const [id, change] of Object.entries(draft.read() || {})) {
    const field = document.getElementById(id);
    if (!field || field.form !== form || field.value !== change.from) continue;
    field.value = change.to;
    told.hidden = false;
  }
  form.addEventListener("input", keep);
  keep();
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) draft.write();
  });
})();
