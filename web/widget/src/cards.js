// Cards. Each takes (card, message) and gives {node?, text?, lead?}: `text` replaces the message's text where the card says
// the same, `lead` stands above it. Shapes are in README.md; anything missing is left out.

import { t } from "./texts.js";
import { remember, state } from "./state.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { pageLink, rich } from "./rich.js";
import { request } from "./gateway.js";
import { survey } from "./survey.js";

export const CARDS = {
  summary: (card) => {
    const rows = (card.rows || []).filter((row) => row && row.value !== undefined && row.value !== null && row.value !== "");
    return {
      node: rows.length
        ? h(
            "dl",
            { class: "card rows" },
            rows.flatMap((row) => [h("dt", {}, row.label || ""), h("dd", {}, String(row.value))]),
          )
        : null,
      text: card.text,
    };
  },

  ticket: (card) => {
    if (!card.number) return {};
    const node = h(
      "div",
      { class: "card" },
      h(
        "div",
        { class: "between small" },
        h("span", {}, t("ticketNumber")),
        card.status_text ? h("span", { class: "tag" }, card.status_text) : "",
      ),
      h("div", { class: "number" }, card.number),
      card.category_text && h("div", { class: "small" }, card.category_text),
      promiseList(card.promises),
      pageLink(card.page_url || `my/tickets/${encodeURIComponent(card.number)}`, t("ticketOpen"), "pill"),
    );
    return { node, text: card.text };
  },

  file: (card, message) => ({
    text: "",
    node: h("div", { class: "file" }, icon("clip"), h("span", {}, card.name || message.text, " ", h("small", {}, card.size_text || ""))),
  }),

  promise: (card) => {
    const promises = promiseList(card.promises || (card.text ? [card] : []));
    return { node: promises && h("div", { class: "card" }, promises, card.page_url && pageLink(card.page_url, t("ticketOpen"), "pill")) };
  },

  article: (card, message) => {
    const notice = card.risk_notice ? String(card.risk_notice).trim() : "";
    let text = String(card.answer || message.text || "");
    if (notice && text.includes(notice)) {
      const heading = /[（(【]?\s*\**(风险提示|Risk notice)\**\s*[:：]?\s*\**\s*[）)】]?\s*$/i;
      text = text.replace(notice, "").replace(heading, "").trim(); // shown once, below
    }
    const node = h("div", { class: "after" });
    if (notice) node.append(h("div", { class: "notice", role: "note" }, h("b", {}, icon("alert"), t("riskNotice")), rich(notice)));
    if (card.answer_id) node.append(thumbs(card));
    return {
      lead: card.question && !text.startsWith(card.question) ? h("h3", {}, card.question) : null,
      text,
      node: node.childNodes.length ? node : null,
    };
  },

  handoff: (card, message) => {
    const position = card.position && !String(message.text || "").includes(card.position) ? card.position : 0; // said in words already
    const said = card.text && card.text !== message.text ? h("p", {}, card.text) : "";
    if (!position && !said && !card.wait_minutes) return {};
    const node = h("div", { class: "card" }, said);
    if (position) node.append(h("div", { class: "small" }, t("queuePosition")), h("div", { class: "number" }, String(position)));
    if (card.wait_minutes) node.append(h("div", { class: "small" }, t("waitMinutes", { n: card.wait_minutes })));
    return { node };
  },

  survey: (card, message) => {
    if (card.answered) return { node: h("p", { class: "card small" }, t("surveyThanks")) };
    if ((message.buttons || []).length || !card.page_url) return {}; // the assistant asks with buttons
    return {
      node:
        card.id && state.config.surveys_in_chat
          ? survey(card.id)
          : h("div", { class: "card" }, pageLink(card.page_url, t("surveyOpen"), "pill main")),
    };
  },

  answer: (card) => ({
    node: card.page_url
      ? h(
          "div",
          { class: "card" },
          card.number && h("div", { class: "small" }, card.number),
          pageLink(card.page_url, t("answerOpen"), "pill main"),
        )
      : null,
  }),

  warning: (card, message) => ({
    text: message.text || card.text,
    node: card.text && message.text && card.text !== message.text ? h("div", { class: "card" }, rich(card.text)) : null,
  }),
};

/** A kind this file does not know: its text, and its page if it names one. */
export const plainCard = (card) => ({
  node: card.page_url ? h("div", { class: "card" }, pageLink(card.page_url, card.page_title || t("openPage"), "pill")) : null,
});

function promiseList(promises) {
  const list = (promises || []).filter((promise) => promise && (promise.text || promise.due_text));
  if (!list.length) return null;
  const stateOf = (promise) => (promise.state in { met: 1, breached: 1, paused: 1 } ? promise.state : "running");
  const symbols = { met: "check", breached: "alert" };
  return h(
    "ul",
    { class: "promises", "aria-label": t("promises") },
    list.map((promise) => {
      const is = stateOf(promise);
      return h(
        "li",
        { class: is },
        icon(symbols[is] || "clock"),
        h("span", {}, promise.text || promise.due_text, h("span", { class: is === "running" ? "sr" : "small" }, ` ${t(is)}`)),
      );
    }),
  );
}

/** "Was this helpful?" under an answer from the knowledge base. */
function thumbs(card) {
  const given = state.thumbs[card.answer_id] ?? card.helpful;
  const status = h("span", { role: "status" });
  const choose = async (helpful) => {
    show(helpful);
    try {
      await request("POST", `/answers/${encodeURIComponent(card.answer_id)}/thumb`, { body: { helpful } });
      state.thumbs[card.answer_id] = helpful;
      remember();
      status.textContent = t("thanks");
    } catch (problem) {
      show(state.thumbs[card.answer_id] ?? null);
      if ([404, 405].includes(problem.status)) return status.parentNode.remove(); // this answer takes no votes
      status.textContent = problem.detail || t("notDone");
    }
  };
  const yes = h("button", { type: "button", class: "pill", onclick: () => choose(true) }, icon("up"), t("helpful"));
  const no = h("button", { type: "button", class: "pill down", onclick: () => choose(false) }, icon("up"), t("unhelpful"));
  const show = (helpful) => {
    yes.setAttribute("aria-pressed", String(helpful === true));
    no.setAttribute("aria-pressed", String(helpful === false));
  };
  show(given);
  return h("div", { class: "thumbs", role: "group", "aria-label": t("helpfulAsk") }, h("span", {}, t("helpfulAsk")), yes, no, status);
}
