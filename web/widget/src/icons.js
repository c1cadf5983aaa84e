// The icons, as paths in a square of 24.

const ICONS = {
  chat: "M12 3C6.5 3 2 6.8 2 11.5c0 2.6 1.4 4.9 3.6 6.5L5 21.5l4-2c1 .3 2 .4 3 .4 5.500 0 10-3.800 10-8.400S17.500 3 12 3Z",
  down: "m6 9 6 6 6-6",
  close: "M6 6l12 12M18 6 6 18",
  send: "M4 12 20 4l-5 16-3.500-6.500Z M11.500 13.500 20 4",
  ticket: "M4 7h16v3.500a1.500 1.500 0 0 0 0 3V17H4v-3.500a1.500 1.500 0 0 0 0-3Z M14 7v10",
  check: "m5 12.500 4.500 4.500L19 7.500",
  clock: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17Z M12 7.500V12l3 2",
  clip: "m20 11.500-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700L9.700 17.200a1.600 1.600 0 0 1-2.300-2.300l7.600-7.500",
  alert: "M12 4 2.800 19.500h18.400Z M12 10v4.500 M12 17v.2",
  up: "M7 11v9H4v-9Zm0 0 4-7c1.500 0 2.500 1 2.300 2.500L13 9.500h5.500c1.300 0 2.200 1.200 1.900 2.400l-1.600 6.500c-.2 1-1 1.600-2 1.600H7",
  bot: "M5 9.500h14v9H5Z M12 9.500V6 M12 4.800v.2 M9.300 13.500v1.200 M14.700 13.500v1.200",
  person: "M12 4.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7Z M5 19.500c.8-3.500 3.600-5 7-5s6.200 1.500 7 5",
};

export function icon(name, className = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon ${className}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
