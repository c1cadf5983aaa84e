// Chats at the desk: canned answers by "/", drafts to insert, several chats by keyboard, what is read and that one writes.
(function () {
  "use strict";
  const csrf = () => document.querySelector('meta[name="csrf-token"]').content;
  const post = (address, fields = {}) =>
    fetch(address, { method: "POST", headers: { "X-CSRF-Token": csrf() }, body: new URLSearchParams(fields), keepalive: true }).catch(() => {});
  const box = () => document.getElementById("reply");
  const menu = () => document.getElementById("macro-menu");
  const GAP = /【[^】]*】/;

  // ── Inserting: what is typed already stays; the first gap to be filled by hand is selected ──
  function insert(text, from, to) {
    const reply = box();
    if (!reply) return;
    const before = reply.value.slice(0, from), after = reply.value.slice(to);
    reply.value = before + text + after;
    reply.focus();
    const gap = GAP.exec(text);
    const at = from + (gap ? gap.index : text.length);
    reply.setSelectionRange(at, gap ? at + gap[0].length : at);
    reply.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function append(text) {
    const reply = box();
    if (!reply) return;
    const lead = reply.value.trim() ? "\n" : "";
    insert(lead + text, reply.value.length, reply.value.length);
  }

  // ── The menu of canned answers: a listbox under the cursor of the box, which keeps the focus ──
  const SLASH = /(?:^|\s)[/／]([^\s/／]*)$/;
  let chosen = -1;

  const options = () => [...menu().querySelectorAll("[role=option]")].filter((option) => !option.hidden);

  function typedSlash() {
    const reply = box();
    const match = SLASH.exec(reply.value.slice(0, reply.selectionStart));
    return match && { word: match[1].toLowerCase(), from: reply.selectionStart - match[1].length - 1, to: reply.selectionStart };
  }

  function choose(index) {
    const shown = options();
    chosen = shown.length ? (index + shown.length) % shown.length : -1;
    shown.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < 0) return box().removeAttribute("aria-activedescendant");
    box().setAttribute("aria-activedescendant", shown[chosen].id);
    shown[chosen].scrollIntoView({ block: "nearest" });
  }

  function open(word) {
    for (const option of menu().querySelectorAll("[role=option]")) option.hidden = !option.dataset.words.includes(word);
    menu().hidden = !options().length;
    box().setAttribute("aria-expanded", String(!menu().hidden));
    choose(0);
  }

  function close() {
    if (!menu()) return;
    menu().hidden = true;
    box().setAttribute("aria-expanded", "false");
    box().removeAttribute("aria-activedescendant");
  }

  function take(option) {
    const slash = typedSlash();
    const at = box().selectionStart;
    close();
    insert(option.dataset.insert, slash ? slash.from : at, slash ? slash.to : at);
  }

  document.addEventListener("input", (event) => {
    if (event.target !== box()) return;
    const slash = typedSlash();
    if (slash) open(slash.word);
    else close();
    keepDraft();
    tellTyping(event.target);
  });

  // Before desk.js, which sends on Enter.
  document.addEventListener("keydown", (event) => {
    if (event.target !== box() || !menu() || menu().hidden || event.isComposing) return;
    const keys = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Enter: () => take(options()[chosen]), Tab: () => take(options()[chosen]), Escape: close };
    if (!keys[event.key] || event.altKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys[event.key]();
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const option = target.closest("#macro-menu [role=option]");
    const draft = target.closest("button[data-insert]");
    if (option) take(option);
    else if (draft) append(draft.dataset.insert);
    else if (target.closest("[data-macros]")) {
      if (menu().hidden) open("");
      else close();
      box().focus();
    } else if (menu() && target !== box()) close();
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest("#macro-menu")) event.preventDefault();
  });

  // ── Several chats: digits and brackets, and with Alt also while typing ──
  function go(step) {
    const tabs = [...document.querySelectorAll("[data-chat-tab]")];
    const here = tabs.findIndex((tab) => tab.getAttribute("aria-current"));
    const next = tabs[(here + step + tabs.length) % tabs.length];
    if (next && next !== tabs[here]) next.click();
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.ctrlKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const alone = !event.altKey && !target.closest("input, textarea, select, [contenteditable]");
    const step = event.altKey ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : alone && { "]": 1, "[": -1 }[event.key];
    if (step) {
      event.preventDefault();
      go(step);
    } else if (alone && /^[1-9]$/.test(event.key)) {
      const tab = document.querySelectorAll("[data-chat-tab]")[Number(event.key) - 1];
      if (tab) tab.click();
    }
  });

  // ── What was typed in one chat is still there after a look at another ──
  const key = () => "kesu-draft:" + location.pathname;
  function keepDraft() {
    try {
      if (box().value) sessionStorage.setItem(key(), box().value);
      else sessionStorage.removeItem(key());
    } catch {
      // storage is blocked: the draft lasts as long as the page
    }
  }
  function bringDraft() {
    try {
      const draft = sessionStorage.getItem(key());
      if (draft && box() && !box().value) box().value = draft;
    } catch {
      // as above
    }
  }
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (form && form.matches("[data-composer]") && box() && !box().value) keepDraft();
  });

  // ── The customer sees that one writes; one's own line is not announced before it is one ──
  let toldAt = 0;
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
    bringDraft();
    if (asked() === askedLast) return;
    askedLast = asked();
    const assist = document.getElementById("assist");
    if (assist) assist.dispatchEvent(new CustomEvent("kesu:asked"));
  });

  bringDraft();
  tellSeen();
  countUnread();
})();
