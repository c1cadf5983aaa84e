// A file on its way.

import { API } from "./place.js";
import { t } from "./texts.js";
import { state } from "./state.js";
import { h } from "./dom.js";
import { Problem } from "./gateway.js";

/** How far an upload is, as a bar and in words that change while it goes on. */
export function uploadMeter(item) {
  const said = h("span");
  const meter = h("progress", { class: "meter", max: "100", "aria-label": item.file.name });
  item.show = (percent) => {
    meter.value = percent;
    said.textContent = t("uploading", { n: percent });
  };
  item.show(0);
  return [meter, said];
}

/** Sends a file; XMLHttpRequest, because fetch cannot tell how far an upload is. Answers and fails like request(). */
export function upload(item) {
  return new Promise((resolve, reject) => {
    const sending = (item.sending = new XMLHttpRequest());
    const body = new FormData();
    body.append("client_id", item.clientId);
    body.append("file", item.file);
    sending.open("POST", `${API}/${encodeURIComponent(state.id)}/files`);
    sending.setRequestHeader("Authorization", `Bearer ${state.token}`);
    sending.setRequestHeader("Accept-Language", state.language);
    sending.responseType = "json";
    sending.upload.onprogress = ({ loaded, total }) => item.show(Math.round((100 * loaded) / (total || loaded || 1)));
    sending.onload = () =>
      sending.status < 300
        ? resolve(sending.response || {})
        : reject(new Problem(sending.status, sending.response || {}, Number(sending.getResponseHeader("Retry-After")) || 0));
    sending.onerror = sending.onabort = () => reject(new Problem(0));
    sending.send(body);
  });
}
