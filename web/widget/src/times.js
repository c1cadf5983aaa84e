// Days and times as the viewer's clock has them.

import { t } from "./texts.js";
import { state } from "./state.js";

const formats = new Map();

/** Formats an instant in the viewer's own time zone. */
function format(date, options) {
  const key = state.language + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(state.language === "zh" ? "zh-CN" : "en-GB", options));
  return formats.get(key).format(date);
}

export const clockText = (date) => format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function dayText(date) {
  const daysAgo = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 864e5);
  if (daysAgo === 0) return t("today");
  if (daysAgo === 1) return t("yesterday");
  const thisYear = date.getFullYear() === new Date().getFullYear();
  return format(date, { year: thisYear ? undefined : "numeric", month: "long", day: "numeric", weekday: "short" });
}
