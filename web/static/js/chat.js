// Chats at the desk: several by keyboard, what is read, that one writes, and suggestions that follow the customer.
(function () {
  "use strict";
  const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
  const post = (address, fields = {}) =>
    fetch(address, { method: "POST", headers: { "X-CSRF-Token": csrf() }, body: new URLSearchParams(fields), keepalive: true }).catch(() => {});
  const SLASH = /(?:^|\s)[/／]([^\s/／]*)$/;

  // ── Several chats: digits, brackets (desk.js), and with Alt also while typing ──
  function go(step) {
    const tabs = [...document.querySelectorAll("[data-chat-tab]")];
    const here = tabs.findIndex((tab) => tab.getAttribute("aria-current"));
    const next = tabs[(here + step + tabs.length) % tabs.length];
    if (next && next !== tabs[here]) next.click();
  }

  document.addEventListener("kesu:chat", (event) => go(event.detail));
  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const alone = !event.altKey && !target.closest("input, textarea, select, [contenteditable]");
    const step = event.altKey && { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      go(step);
    } else if (alone && /^[1-9]$/.test(event.key)) {
      const tab = document.querySelectorAll("[data-chat-tab]")[Number(event.key) - 1];
      if (tab) tab.click();
    }
  });

  // ── The customer sees that one writes; one's own line is not announced before it is one ──
  let toldAt = 0;
  document.addEventListener("input", (event) => { if (event.target.id === "reply") tellTyping(event.target); });
  function tellTyping(reply) {
    if (!reply.value.trim() || SLASH.test(reply.value) || Date.now() - toldAt < 4000) return;
    toldAt = Date.now();
    post(reply.dataset.typing);
  }

  // ── Read is what was on the screen of a window that could be seen ──
  let seen = 0;
  function tellSeen() {
    const mark = document.querySelector("[data-seen]");
    if (!mark || document.hidden || Number(mark.dataset.seen) <= seen) return;
    seen = Number(mark.dataset.seen);
    post(mark.dataset.seenAt, { seq: seen });
  }
  document.addEventListener("visibilitychange", tellSeen);

  const title = document.title;
  function countUnread() {
    const tabs = document.querySelector("[data-unread]");
    const count = tabs ? Number(tabs.dataset.unread) : 0;
    document.title = count ? `(${count}) ${title}` : title;
  }

  // ── Suggestions follow the customer's newest line ──
  const asked = () => {
    const lines = document.querySelectorAll("#talk li.is-customer");
    return lines.length ? lines[lines.length - 1].id : "";
  };
  let askedLast = asked();
  document.addEventListener("htmx:after:swap", () => {
    tellSeen();
    countUnread();
    window.kesuCompose.bring();
    if (asked() === askedLast) return;
    askedLast = asked();
    const assist = document.getElementById("assist");
    if (assist) assist.dispatchEvent(new CustomEvent("kesu:asked"));
  });

  // ── A reply that the customer does not have yet: seconds left, said once, and back into the box when taken back ──
  const DUE_FOR = 700; // by then the gateway has said it
  let ends = 0, shown = "";
  function watchHeld() {
    const held = document.getElementById("held");
    if (!held || held.dataset.held === shown) return;
    shown = held.dataset.held;
    ends = performance.now() + Number(held.dataset.left) * 1000;
    document.getElementById("held-told").textContent = held.dataset.told;
  }
  setInterval(() => {
    const held = document.getElementById("held");
    if (!held) return;
    const left = Math.ceil((ends - performance.now()) / 1000);
    held.querySelector(".undo-left").textContent = Math.max(left, 0);
    if (performance.now() > ends + DUE_FOR) {
      ends = performance.now() + 1000;
      document.getElementById("tail").dispatchEvent(new CustomEvent("kesu:due"));
    }
  }, 250);
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.detail.ctx.sourceElement, answer = event.detail.ctx.response;
    if (!form || !form.matches("[data-held]") || !answer || answer.status >= 400 || !form.dataset.text) return;
    const text = form.dataset.text;
    form.dataset.text = ""; // an impatient second press
    document.getElementById("held-told").textContent = form.dataset.restored;
    window.kesuCompose.restore(text);
  });
  document.addEventListener("keydown", (event) => {
    const undo = document.getElementById("undo-reply");
    if (!undo || !event.altKey || event.code !== "KeyZ" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    undo.click();
  });
  document.addEventListener("htmx:after:swap", watchHeld);

  watchHeld();
  tellSeen();
  countUnread();
})();
