// The survey in the chat.

import { t } from "./texts.js";
import { h } from "./dom.js";
import { request } from "./gateway.js";

/** Three rows of stars and a comment, where the gateway takes them (`config.surveys_in_chat`); elsewhere it is a link. */
export function survey(id) {
  const given = {};
  const status = h("div", { class: "small problem", role: "status" });
  const comment = h("textarea", { "aria-label": t("surveyComment"), placeholder: t("surveyComment"), maxlength: "2000" });
  const row = (name, key) => {
    const stars = [1, 2, 3, 4, 5].map((n) => {
      const input = h("input", {
        type: "radio",
        name: `${name}-${id}`,
        value: n,
        "aria-label": t("stars", { n }),
        onchange: () => (
          (given[name] = n),
          stars.forEach((star, i) => (star.classList.toggle("on", i < n), (star.lastChild.textContent = i < n ? "★" : "☆")))
        ),
      });
      return h("label", {}, input, h("span", { "aria-hidden": "true" }, "☆"));
    });
    return h("fieldset", { role: "radiogroup", "aria-label": t(key), "data-label": t(key) }, h("div", { class: "stars" }, stars));
  };
  const sendButton = h("button", { type: "submit", class: "pill main" }, t("surveySend"));
  const submitSurvey = async (event) => {
    event.preventDefault();
    if (Object.keys(given).length < 3) return void (status.textContent = t("surveyMissing"));
    sendButton.disabled = true;
    try {
      await request("POST", `/surveys/${encodeURIComponent(id)}/answer`, {
        body: { ...given, comment: comment.value.trim() || undefined },
      });
      form.replaceChildren(h("p", { role: "status" }, t("surveyThanks")));
    } catch (problem) {
      sendButton.disabled = false;
      status.textContent = problem.detail || t("notDone");
    }
  };
  const form = h(
    "form",
    { class: "card", novalidate: true, onsubmit: submitSurvey },
    row("speed", "surveySpeed"),
    row("completeness", "surveyCompleteness"),
    row("solution", "surveySolution"),
    comment,
    status,
    sendButton,
  );
  return form;
}
