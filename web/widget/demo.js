// The demo host page's own script: the queue-before-load stub, its buttons, and a list of the widget's events.
window.Kesu = window.Kesu || { queue: [] };

function kesu(method, ...values) {
  if (window.Kesu.queue) window.Kesu.queue.push([method, ...values]);
  else window.Kesu[method](...values);
}

for (const event of ["ready", "open", "close", "message", "unread", "owner", "error"]) {
  kesu("on", event, (detail) => {
    const item = document.createElement("li");
    item.textContent = `${event} ${JSON.stringify(detail)}`;
    document.getElementById("events").prepend(item);
  });
}

document.addEventListener("click", (event) => {
  const { call, value } = event.target.dataset;
  if (call) kesu(call, ...(value ? [value] : []));
});
