// Writing at the desk: what "/" and "@" offer, inserting at the cursor, and drafts that outlast the page.
window.kesuCompose = (function () {
  "use strict";
  const GAP = /【[^】]*】/;
  const MARKS = { "macro-menu": /(?:^|\s)[/／]([^\s/／]*)$/, "mention-menu": /[@＠]([^\s@＠]*)$/ };

  // ── Inserting: what is typed already stays; the first gap to be filled by hand is selected ──
  function insert(box, text, from, to) {
    box.value = box.value.slice(0, from) + text + box.value.slice(to);
    box.focus();
    const gap = GAP.exec(text);
    const at = from + (gap ? gap.index : text.length);
    box.setSelectionRange(at, gap ? at + gap[0].length : at);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function append(text) {
    const box = document.getElementById("reply");
    if (!box) return;
    document.dispatchEvent(new CustomEvent("kesu:open", { detail: "reply" }));
    insert(box, (box.value.trim() ? "\n" : "") + text, box.value.length, box.value.length);
  }

  // Before what was begun since.
  function restore(text) {
    const box = document.getElementById("reply");
    if (!box) return;
    document.dispatchEvent(new CustomEvent("kesu:open", { detail: "reply" }));
    insert(box, text + (box.value.trim() ? "\n" : ""), 0, 0);
  }

  // ── A listbox above the box, which keeps the focus ──
  let chosen = -1;
  const menuOf = (box) => box && box.dataset.menuOf && document.getElementById(box.dataset.menuOf);
  const options = (menu) => [...menu.querySelectorAll("[role=option]")].filter((option) => !option.hidden);

  function typedMark(box) {
    const match = MARKS[box.dataset.menuOf].exec(box.value.slice(0, box.selectionStart));
    return match && { word: match[1].toLowerCase(), from: box.selectionStart - match[1].length - 1, to: box.selectionStart };
  }

  function choose(box, index) {
    const shown = options(menuOf(box));
    chosen = shown.length ? (index + shown.length) % shown.length : -1;
    shown.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (chosen < 0) return void box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", shown[chosen].id);
    shown[chosen].scrollIntoView({ block: "nearest" });
  }

  function open(box, word) {
    const menu = menuOf(box);
    for (const option of menu.querySelectorAll("[role=option]")) option.hidden = !option.dataset.words.includes(word);
    menu.hidden = !options(menu).length;
    box.setAttribute("aria-expanded", String(!menu.hidden));
    choose(box, 0);
  }

  function close(box) {
    const menu = menuOf(box);
    if (!menu) return;
    menu.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function take(box, option) {
    const mark = typedMark(box), at = box.selectionStart;
    close(box);
    insert(box, option.dataset.insert, mark ? mark.from : at, mark ? mark.to : at);
    close(box);
  }

  const boxes = () => [...document.querySelectorAll("[data-menu-of]")];
  const isOpen = (box) => menuOf(box) && !menuOf(box).hidden;

  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.matches) return;
    if (box.matches("[data-menu-of]")) {
      const mark = typedMark(box);
      if (mark) open(box, mark.word);
      else close(box);
    }
    if (isDraft(box)) keep(box);
  });

  // Before desk.js, which sends on Enter.
  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!(box instanceof Element) || !box.matches("[data-menu-of]") || !isOpen(box) || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const pick = () => take(box, options(menuOf(box))[chosen]);
    const keys = { ArrowDown: () => choose(box, chosen + 1), ArrowUp: () => choose(box, chosen - 1), Enter: pick, Tab: pick, Escape: () => close(box) };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys[event.key]();
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const option = target.closest(".macro-menu [role=option]");
    const ready = target.closest("button[data-insert]");
    if (option) take(boxes().find((box) => menuOf(box) === option.closest(".macro-menu")), option);
    else if (ready) {
      const dialog = ready.closest("dialog");
      if (dialog) dialog.close();
      append(ready.dataset.insert);
    } else if (target.closest("[data-macros]")) {
      const box = document.getElementById("reply");
      if (isOpen(box)) close(box);
      else open(box, "");
      box.focus();
    } else for (const box of boxes()) if (box !== target) close(box);
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target instanceof Element && event.target.closest(".macro-menu")) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const dialog = document.getElementById("articles");
    if (!dialog || !document.getElementById("reply") || !event.altKey || event.code !== "KeyA" || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    dialog.showModal();
  });

  // ── Drafts: kept for this window until they are sent ──
  const isDraft = (box) => box.matches("[data-draft], #panel-step textarea");
  const key = (box) => `kesu-draft:${location.pathname}:${box.id}`;
  const store = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null; // storage is blocked: the draft lasts as long as the page
    }
  };
  function keep(box) {
    store((kept) => (box.value && box.value !== box.defaultValue ? kept.setItem(key(box), box.value) : kept.removeItem(key(box))));
  }
  function bring() {
    for (const box of document.querySelectorAll("[data-draft], #panel-step textarea")) {
      const draft = store((kept) => kept.getItem(key(box)));
      if (draft && box.value === box.defaultValue && !box.value) box.value = draft;
    }
  }
  function forget(form) {
    for (const box of form.querySelectorAll("textarea")) if (isDraft(box)) store((kept) => kept.removeItem(key(box)));
  }
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.matches("[data-once]")) forget(event.target);
  });
  bring();
  return { bring, forget, restore };
})();
