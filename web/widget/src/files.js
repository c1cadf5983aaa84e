// Files chosen, pasted or dropped.

import { t } from "./texts.js";
import { state } from "./state.js";
import { ui } from "./ui.js";
import { focusInput } from "./input.js";
import { showStrip } from "./strip.js";
import { enqueue } from "./sending.js";

export const FILE_KINDS = ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"];
const FILE_BYTES = 10 * 1024 * 1024;

/** Takes chosen, pasted or dropped files; what the server would refuse anyway is said at once. */
export function attach(files) {
  if (state.owner === "closed") return;
  for (const file of files) {
    const wrong = file.size > FILE_BYTES ? "fileLarge" : FILE_KINDS.includes(file.type) ? "" : "fileKind";
    if (wrong) showStrip(t(wrong, { name: file.name }));
    else enqueue({ text: file.name, file });
  }
  focusInput();
}

export function onPaste(event) {
  if (!event.clipboardData.files.length) return;
  event.preventDefault();
  attach(event.clipboardData.files);
}

export function onDrag(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  ui.panel.classList.toggle("dropping", event.type === "dragover");
  if (event.type === "drop") attach(event.dataTransfer.files);
}
