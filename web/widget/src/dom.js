// DOM nodes. Texts become text nodes; HTML strings are never parsed.

/**
 * Builds an element. Strings among the children become text nodes; `on…` properties are listeners, `null`, `false`
 * and `undefined` are left out.
 */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}
