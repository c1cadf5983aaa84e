// A record's analysis: what is typed and not saved outlasts the page's other forms, in this tab, until it is saved. What a colleague
// has saved meanwhile is not written over.
(function () {
  "use strict";
  const form = document.querySelector("form[data-unsaved]");
  if (!form) return;
  const place = `kesu-draft:${form.dataset.unsaved}`;
  const told = form.querySelector("[data-unsaved-told]");
  const fields = () => [...form.elements].filter((field) => field.matches("textarea, select"));
  const began = new Map(fields().map((field) => [field.id, field.value]));

  function store(value) {
    try {
      if (value) sessionStorage.setItem(place, value);
      else sessionStorage.removeItem(place);
    } catch {
      // storage is blocked: what is typed lasts as long as the page
    }
  }

  function stored() {
    try {
      return JSON.parse(sessionStorage.getItem(place)) || {};
    } catch {
      return {};
    }
  }

  function keep() {
    const changed = fields().filter((field) => field.value !== began.get(field.id));
    store(changed.length && JSON.stringify(Object.fromEntries(changed.map((field) => [field.id, { from: began.get(field.id), to: field.value }]))));
    told.hidden = !changed.length || told.hidden;
  }

  for (const [id, draft] of Object.entries(stored())) {
    const field = document.getElementById(id);
    if (!field || field.form !== form || field.value !== draft.from) continue;
    field.value = draft.to;
    told.hidden = false;
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) store("");
  });
})();
