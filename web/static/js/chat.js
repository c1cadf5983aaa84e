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

  tellSeen();
  countUnread();
})();
