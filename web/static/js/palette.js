// The command palette (Ctrl/⌘ K): what this page lets one do, pages, cases opened lately, and what the search finds.
(function () {
  "use strict";
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const input = document.getElementById("palette-input"), list = document.getElementById("palette-list");
  const RECENT = 6, key = "kesu-recent:" + dialog.dataset.staff;
  let chosen = 0, found = [], asked = 0;

  function recent() {
    try {
      return JSON.parse(localStorage.getItem(key) || "[]");
    } catch {
      return []; // storage is blocked or was written by something else
    }
  }
  function remember() {
    const number = document.querySelector("[data-case]");
    if (!number) return;
    const rest = recent().filter((item) => item.text !== number.dataset.case);
    try {
      localStorage.setItem(key, JSON.stringify([{ text: number.dataset.case, href: location.pathname }, ...rest].slice(0, RECENT)));
    } catch {
      // as above
    }
  }

  // ── What can be run: the page offers only what its reader may do, so nothing is asked here ──
  const goTo = (href) => () => location.assign(href);
  function actions() {
    return [...document.querySelectorAll("[data-command]")].filter((element) => !element.disabled && !element.closest("dialog")).map((element) => ({
      text: element.dataset.command || element.textContent.trim(), key: element.dataset.commandKey || "",
      run: () => {
        const panel = element.closest(".dock-panel");
        if (panel) document.dispatchEvent(new CustomEvent("kesu:open", { detail: panel.id.replace("panel-", "") }));
        element.click();
        if (element.matches("summary")) element.parentElement.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
      },
    }));
  }
  const pages = () => [...dialog.querySelectorAll("[data-page]")].map((page) => ({ text: page.textContent.trim(), key: "", run: goTo(page.href) }));
  const lately = () => recent().filter((item) => item.href !== location.pathname).map((item) => ({ text: item.text, key: "", run: goTo(item.href) }));
  const fits = (words) => (item) => words.every((word) => item.text.toLowerCase().includes(word));

  function groups() {
    const typed = input.value.trim(), words = typed.toLowerCase().split(/\s+/).filter(Boolean);
    const made = [["actions", actions().filter(fits(words))], ["recent", lately().filter(fits(words))], ["found", typed ? found : []], ["pages", pages().filter(fits(words))]];
    if (typed && !found.length && dialog.dataset.find) {
      made[2][1] = [{ text: dialog.dataset.findText.replace("{}", typed), key: "", run: goTo(`${dialog.dataset.find}?q=${encodeURIComponent(typed)}`) }];
    }
    return made.filter(([, items]) => items.length);
  }

  let shown = [];
  function draw() {
    list.replaceChildren();
    shown = [];
    for (const [name, items] of groups()) {
      const group = document.createElement("div"), head = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", head.id = "palette-group-" + name);
      head.className = "palette-group";
      head.textContent = list.dataset[name];
      group.append(head);
      for (const item of items) group.append(row(item));
      list.append(group);
    }
    dialog.querySelector(".palette-none").hidden = shown.length > 0;
    document.getElementById("palette-count").textContent = dialog.dataset.countText.replace("{}", shown.length);
    choose(Math.min(chosen, shown.length - 1));
  }
  function row(item) {
    const option = document.createElement("div");
    option.className = "palette-option";
    option.id = "palette-option-" + shown.length;
    option.setAttribute("role", "option");
    option.append(document.createElement("span"));
    option.firstChild.textContent = item.text;
    if (item.key) option.append(Object.assign(document.createElement("kbd"), { textContent: item.key }));
    shown.push({ option, run: item.run });
    return option;
  }
  function choose(at) {
    chosen = shown.length ? (at + shown.length) % shown.length : 0;
    shown.forEach(({ option }, i) => option.setAttribute("aria-selected", String(i === chosen)));
    if (!shown.length) return void input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", shown[chosen].option.id);
    shown[chosen].option.scrollIntoView({ block: "nearest" });
  }
  function run(at) {
    if (!shown[at]) return;
    const act = shown[at].run;
    dialog.close();
    act();
  }

  // ── The search; where it does not answer, the palette does without it ──
  async function search() {
    const words = input.value.trim(), turn = ++asked;
    if (!dialog.dataset.search || words.length < 2) return;
    try {
      const answer = await fetch(`${dialog.dataset.search}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true" } });
      if (!answer.ok || turn !== asked) return;
      const rows = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[role=option] a[href]");
      found = [...rows].map((link) => ({ text: [...link.children].map((part) => part.textContent.trim()).filter(Boolean).join(" · ") || link.textContent.trim(), key: "", run: goTo(link.getAttribute("href")) }));
      draw();
    } catch {
      // offline: what stands on the page can still be run
    }
  }
  let waits = 0;
  input.addEventListener("input", () => {
    chosen = 0;
    found = [];
    draw();
    clearTimeout(waits);
    waits = setTimeout(search, 180);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const keys = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Home: () => choose(0), End: () => choose(-1), Enter: () => run(chosen) };
    if (!keys[event.key] || ((event.key === "Home" || event.key === "End") && input.value)) return;
    event.preventDefault();
    keys[event.key]();
  });
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element && event.target.closest("[role=option]");
    if (option) run(shown.findIndex((each) => each.option === option));
  });

  function open() {
    if (document.querySelector("dialog[open]")) return;
    input.value = "";
    found = [];
    chosen = 0;
    draw();
    dialog.showModal();
    input.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    if (event.target instanceof Element && event.target.closest("[data-palette]")) open();
  });
  remember();
})();
