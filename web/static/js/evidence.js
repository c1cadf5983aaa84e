// Evidence: each chosen file goes up by itself, with progress, cancel and retry; the form then only names it.
(() => {
  "use strict";
  const MAX_BYTES = 10 * 1024 * 1024;
  const MOST = 6;
  const KINDS = /^(image\/(jpeg|png|webp|gif)|application\/pdf)$/;

  function element(tag, properties, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children.filter(Boolean));
    return node;
  }

  function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function prepare(box) {
    const words = JSON.parse(box.dataset.words);
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector(".evidence-list");
    const status = box.querySelector(".evidence-status");
    const form = box.closest("form");
    const token = form.elements.csrf_token.value;
    const named = (words, name) => words.replace("{name}", name);
    const chooser = element("label", { className: "btn evidence-choose", htmlFor: input.id, textContent: words.choose });
    input.classList.add("visually-hidden"); // its own words are in the browser's language, not in the page's
    input.after(chooser);
    const say = (text) => (status.textContent = text);
    const problem = (text) => {
      let place = box.querySelector(".evidence-problem");
      if (!place) box.append((place = element("p", { className: "my-problem evidence-problem" })));
      place.textContent = text;
      place.hidden = !text;
      if (text) say(text);
    };

    function add(file) {
      const meter = element("progress", { max: 100, value: 0 });
      meter.setAttribute("aria-label", `${words.sending} ${file.name}`);
      const note = element("small", { className: "evidence-note", textContent: words.sending });
      const row = element("li", { className: "evidence-row" }, element("span", { className: "evidence-name" }, file.name, " ", note), meter);
      const buttons = element("span", { className: "evidence-buttons" });
      row.append(buttons);
      list.append(row);
      send({ file, row, meter, note, buttons, key: newKey() });
    }

    function offer(item, ...pairs) {
      item.buttons.replaceChildren(...pairs.map(([text, label, act]) => {
        const button = element("button", { type: "button", className: "btn btn-sm", textContent: text, onclick: act });
        button.setAttribute("aria-label", label);
        return button;
      }));
    }

    function drop(item, text) {
      item.row.remove();
      say(text);
      input.focus();
    }

    function send(item) {
      const { file, row, meter, note } = item;
      const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
      const body = new FormData();
      body.append("key", item.key);
      body.append("file", file);
      row.className = "evidence-row is-sending";
      meter.hidden = false;
      note.textContent = words.sending;
      request.upload.onprogress = (event) => (meter.value = event.lengthComputable ? (100 * event.loaded) / event.total : 50);
      request.onload = () => {
        const answer = JSON.parse(request.responseText || "{}");
        if (request.status === 201) return arrived(item, answer);
        failed(item, answer.detail || words.failed, request.status < 500 && request.status !== 429);
      };
      request.onerror = () => failed(item, words.failed, false);
      request.onabort = () => drop(item, named(words.removed, file.name));
      request.open("POST", box.dataset.evidence);
      request.setRequestHeader("X-CSRF-Token", token);
      request.setRequestHeader("Accept-Language", document.documentElement.lang);
      request.send(body);
      offer(item, ["×", named(words.cancel, file.name), () => request.abort()]);
    }

    function arrived(item, answer) {
      item.row.className = "evidence-row is-sent";
      item.meter.hidden = true;
      item.note.textContent = answer.size;
      item.row.append(element("input", { type: "hidden", name: "attachment", value: answer.id }));
      say(named(words.sent, answer.name));
      offer(item, ["×", named(words.remove, answer.name), () => {
        fetch(`${box.dataset.evidence}/${answer.id}/removal`, { method: "POST", headers: { "X-CSRF-Token": token } }).catch(() => {});
        drop(item, named(words.removed, answer.name));
      }]);
    }

    function failed(item, text, forGood) {
      item.row.className = "evidence-row is-failed";
      item.meter.hidden = true;
      item.note.textContent = text;
      say(text);
      const away = ["×", named(words.remove, item.file.name), () => drop(item, named(words.removed, item.file.name))];
      offer(item, ...(forGood ? [] : [[words.retry, words.retry, () => send(item)]]), away);
    }

    function choose(files) {
      problem("");
      for (const file of files) {
        if (list.querySelectorAll(".evidence-row:not(.is-failed)").length >= MOST) problem(words.limit);
        else if (file.size > MAX_BYTES) problem(`${file.name}: ${words.large}`);
        else if (!KINDS.test(file.type)) problem(`${file.name}: ${words.kind}`);
        else add(file);
      }
    }

    input.addEventListener("change", () => {
      choose([...input.files]);
      input.value = ""; // they have gone up by themselves and must not go again with the form
    });
    for (const type of ["dragover", "drop"]) {
      box.addEventListener(type, (event) => {
        event.preventDefault();
        if (type === "drop") choose([...event.dataTransfer.files]);
      });
    }
    // Before kesu.js marks the form as sent.
    form.addEventListener("submit", (event) => {
      if (!list.querySelector(".is-sending")) return;
      event.preventDefault();
      problem(words.wait);
    });
    // A file the server kept from the last attempt is taken out by the same button as a new one.
    for (const row of list.querySelectorAll("[data-id]")) {
      const name = row.querySelector(".evidence-name").firstChild.textContent.trim();
      const item = { row, buttons: element("span", { className: "evidence-buttons" }) };
      row.querySelector(".evidence-without").replaceWith(item.buttons);
      offer(item, ["×", named(words.remove, name), () => {
        fetch(`${box.dataset.evidence}/${row.dataset.id}/removal`, { method: "POST", headers: { "X-CSRF-Token": token } }).catch(() => {});
        drop(item, named(words.removed, name));
      }]);
    }
  }

  for (const box of document.querySelectorAll("[data-evidence]")) prepare(box);
})();
