// The customer's own pages in Kesu.

import { BASE } from "./place.js";
import { t } from "./texts.js";
import { state } from "./state.js";
import { h } from "./dom.js";
import { refused, request } from "./gateway.js";
import { showStrip } from "./strip.js";
import { ready, renewIfGone } from "./conversation.js";

/** Opens one of the customer's own pages in a new window, signed in by a one-time address. */
export async function openPage(path) {
  const page = window.open("", "_blank"); // now, while the click still counts as the customer's own
  if (page) page.opener = null;
  const failed = (text) => {
    if (page) page.close();
    showStrip(text);
  };
  try {
    await ready();
    const own = new URL(path, BASE);
    const answer = await request("POST", "/page-link", { body: { path: own.pathname + own.search } }).catch((problem) => {
      if ([400, 404, 422].includes(problem.status)) return { url: own.href }; // not a page one signs in to
      throw problem;
    });
    const { href, protocol } = new URL(answer.url, BASE); // the gateway's word; Kesu's public name may differ from ours
    if (!/^https?:$/.test(protocol)) return failed(t("pageFailed"));
    if (page) page.location.replace(href);
    else {
      const link = h("a", { href, target: "_blank", rel: "noopener noreferrer", onclick: () => showStrip("") }, t("openPage"));
      showStrip(t("pageBlocked"), link);
    }
  } catch (problem) {
    failed(problem.detail || t("pageFailed"));
    if (refused(problem) && state.id) renewIfGone().catch(() => {});
  }
}
