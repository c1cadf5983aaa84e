// What every page needs: theme, menus, countdowns, one submit per form, going back. No page needs it to be usable.
(function () {
  "use strict";
  const SOON_SECONDS = 6 * 3600; // as in web/language.py
  const english = document.documentElement.lang === "en";
  const csrf = () => document.querySelector('meta[name="csrf-token"]').content;

  document.addEventListener("htmx:config:request", (event) => {
    const request = event.detail.ctx.request;
    if (request.method !== "GET") request.headers["X-CSRF-Token"] = csrf();
  });

  function switchTheme() {
    const root = document.documentElement;
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.theme = root.dataset.bsTheme = next;
    document.cookie = "kesu_theme=" + next + "; path=/; max-age=31536000; samesite=lax";
    document.dispatchEvent(new CustomEvent("kesu:theme", { detail: next }));
  }

  function showPassword(button) {
    const input = document.getElementById(button.dataset.showPassword);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  }

  // The focus goes to what a dialog is for, which may still be on its way, and not to the button that closes it.
  const useful = (dialog) => dialog.querySelector(".dialog-body :is(a[href], button, input:not([type=hidden]), select, textarea)");
  const awaited = new Set();
  function arrive(dialog) {
    const control = useful(dialog);
    if (control) control.focus();
    return control;
  }
  function openDialog(dialog) {
    dialog.showModal();
    if (!arrive(dialog)) awaited.add(dialog);
  }
  document.addEventListener("htmx:after:swap", () => {
    for (const dialog of awaited) if (!dialog.open || arrive(dialog)) awaited.delete(dialog);
  });

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest("[data-theme-switch]")) switchTheme();
    const password = target.closest("[data-show-password]");
    if (password) showPassword(password);
    if (target.closest("[data-back]")) history.length > 1 ? history.back() : location.assign("/");
    const opener = target.closest("[data-dialog]");
    if (opener) openDialog(document.getElementById(opener.dataset.dialog));
    const closer = target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(target)) menu.open = false;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A second press of the same button would do nothing on the server; here it is not even sent.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) return void event.preventDefault();
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button[type=submit]")) button.classList.add("btn-loading");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll(".btn-loading")) button.classList.remove("btn-loading");
    }
  });

  // The words of ticketing/tickets/wording.py, with seconds in the last hour.
  function words(seconds) {
    const late = seconds < 0;
    const all = Math.floor(Math.abs(seconds));
    const days = Math.floor(all / 86400), hours = Math.floor((all % 86400) / 3600);
    const minutes = Math.floor((all % 3600) / 60), rest = all % 60;
    const parts = english
      ? [days && days + " d", hours && hours + " h", !days && minutes + " min", !days && !hours && rest + " s"]
      : [days && days + "天", hours && hours + "小时", !days && minutes + "分", !days && !hours && rest + "秒"];
    const shown = parts.filter(Boolean).join(english ? " " : "");
    return late ? (english ? shown + " late" : "超时" + shown) : shown;
  }

  function tick() {
    const now = Date.now() / 1000;
    for (const element of document.querySelectorAll("[data-due]")) {
      const left = Number(element.dataset.due) - now;
      const state = left < 0 ? "late" : left < SOON_SECONDS ? "soon" : "calm";
      const shown = words(left);
      if (element.textContent !== shown) element.textContent = shown;
      if (!element.classList.contains("is-" + state)) {
        element.classList.remove("is-late", "is-soon", "is-calm");
        element.classList.add("is-" + state);
      }
    }
  }
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:after:swap", tick);

  // Choosing a presence replaces the button that was pressed: the focus goes back to the menu it belonged to.
  document.addEventListener("htmx:after:swap", () => {
    const changed = document.querySelector("#presence [data-changed]");
    if (!changed) return;
    delete changed.dataset.changed;
    changed.querySelector("summary").focus();
  });

  // Polls that fail say so, once, until one succeeds.
  const offline = document.getElementById("offline");
  if (offline) {
    document.addEventListener("htmx:error", () => { offline.hidden = false; });
    document.addEventListener("htmx:after:request", (event) => {
      if (event.detail.ctx.response && event.detail.ctx.response.status < 500) offline.hidden = true;
    });
  }

  // Where the menu does not fit it scrolls: the area one is in is to be seen.
  const here = document.querySelector(".staff-menu [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - here.parentElement.clientWidth / 2;

  for (const dialog of document.querySelectorAll("dialog[data-open]")) openDialog(dialog);
})();
