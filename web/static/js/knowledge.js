// The article form: Enter asks the trial, long texts and many details are counted, unsaved text is not left by mistake. All of it also works without.
(function () {
  "use strict";
  document.documentElement.classList.add("has-script");
  const form = document.getElementById("article-form");
  if (!form) return;

  const question = document.getElementById("f-try");
  question.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    form.querySelector("[data-try]").click();
  });

  const characters = (text) => Array.from(text).length;
  const blocks = (text) => (text ? text.split(/\n\s*\n/).length : 0);
  for (const field of form.querySelectorAll("[data-longest], [data-blocks]")) {
    const [most, counted] = field.dataset.longest ? [Number(field.dataset.longest), characters] : [Number(field.dataset.blocks), blocks];
    const counter = document.createElement("small");
    counter.className = "form-hint counter";
    counter.setAttribute("aria-hidden", "true");
    field.before(counter);
    const count = () => {
      const length = counted(field.value.trim());
      counter.textContent = length > most * 0.7 ? length + " / " + most : "";
      counter.classList.toggle("is-over", length > most);
    };
    field.addEventListener("input", count);
    count();
  }

  let changed = false;
  form.addEventListener("input", (event) => { if (event.target !== question) changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
