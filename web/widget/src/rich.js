// A message's plain text as elements, and links into this Kesu.

import { BASE, ORIGIN } from "./place.js";
import { t } from "./texts.js";
import { actions } from "./actions.js";
import { h } from "./dom.js";

/** Fills `node` with text in which **bold** and this Kesu's own addresses are elements. */
function inline(node, text) {
  const pattern = /\*\*(.+?)\*\*|(https?:\/\/[^\s<>"'，。；：！？、）】》”’]+)/g;
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    node.append(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1]) {
      node.append(inline(h("strong"), match[1]));
      continue;
    }
    const address = match[2].replace(/[.,;:!?)\]]+$/, "");
    from -= match[2].length - address.length;
    node.append(ownUrl(address) ? pageLink(address, address) : address);
  }
  node.append(text.slice(from));
  return node;
}

/** Paragraphs and numbered lists of a message's plain text. */
export function rich(text) {
  const blocks = [];
  let list = null;
  let lines = [];
  const flush = () => {
    if (lines.join("").trim()) blocks.push(inline(h("p"), lines.join("\n").replace(/^\n+|\s+$/g, "")));
    lines = [];
  };
  const plain = String(text ?? "").replace(/\r\n?/g, "\n");
  for (const line of plain.split("\n")) {
    const item = /^\s{0,3}(\d{1,3})(?:[.．)）]\s+|、\s*)(\S.*)$/.exec(line);
    if (item) {
      flush();
      if (!list) blocks.push((list = h("ol", { start: item[1] })));
      list.append(inline(h("li"), item[2]));
    } else if (list && !line.trim()) {
      continue; // a blank line between two items does not end the list
    } else {
      list = null;
      if (line.trim() || !lines.length) lines.push(line);
      else flush();
    }
  }
  flush();
  return blocks;
}

/** The address inside this Kesu, or null for anything foreign. */
function ownUrl(address) {
  try {
    const url = new URL(String(address).replace(/^\/(?!\/)/, "./"), BASE); // paths count from where Kesu lives
    return url.origin === ORIGIN && /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** A link to one of the customer's own pages; a click signs them in on the way. */
export function pageLink(address, text, className = "") {
  const url = ownUrl(address);
  if (!url) return "";
  return h(
    "a",
    {
      href: url.href,
      target: "_blank",
      rel: "noopener noreferrer",
      class: className,
      onclick: (event) => (event.preventDefault(), actions.openPage(url.pathname + url.search)),
    },
    text,
    h("span", { class: "sr" }, t("newWindow")),
  );
}
