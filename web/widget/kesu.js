/**
 * Kesu 客诉 — the chat widget. One file, no dependencies, served as /widget.js. How to use and change it: README.md.
 *
 * Works on pages with a strict Content-Security-Policy (no inline style or script, no eval) and without third-party
 * cookies: everything lives in a shadow root, styles are a constructable style sheet, the conversation is carried by
 * a bearer token. Texts from the network become text nodes; HTML strings are never parsed.
 */
(() => {
  "use strict";

  // ── 1. Place and options

  const script = document.currentScript || [...document.querySelectorAll("script[src]")].find((s) => /\/widget\.js(\?|$)/.test(s.src));
  if (!script || !script.src || !Element.prototype.attachShadow) return;

  const BASE = new URL(".", script.src); // Kesu may live under a path of its origin
  const ORIGIN = BASE.origin;
  const API = new URL("chat/v1/conversations", BASE).href;
  const STORE_KEY = `kesu:${BASE.href.replace(/\/$/, "")}`; // names the Kesu origin: two companies never share a token
  const option = script.dataset;
  const GLOBAL = option.global || "Kesu";

  const waiting = window[GLOBAL]; // the page's queue-before-load stub, if any
  if (waiting && waiting.origin) {
    if (waiting.origin !== ORIGIN) console.warn(`Kesu: window.${GLOBAL} belongs to ${waiting.origin}; give this widget its own data-global.`);
    return;
  }

  const PAGE_SIZE = 50;
  const REQUEST_MS = 30000;
  const SILENT_STREAM_MS = 60000; // the server pings more often; a longer silence means the line is dead
  const BACKGROUND_POLL_MS = 60000; // panel closed and nobody waiting
  const MAX_BACKOFF_MS = 30000;
  const ATTEMPTS = 6; // automatic ones, until the customer is asked to press "retry"

  // ── 2. Every text people read

  const TEXTS = {
    title: ["在线客服", "Customer service"],
    launcher: ["打开在线客服", "Open customer service chat"],
    launcherUnread: ["打开在线客服，{n} 条未读消息", "Open customer service chat, {n} unread"],
    close: ["关闭对话窗口", "Close chat"],
    myTickets: ["我的工单", "My tickets"],
    switchLanguage: ["Switch to English", "切换到中文"],
    switchLanguageShort: ["EN", "中文"],
    log: ["对话内容", "Conversation"],
    input: ["输入消息", "Your message"],
    placeholder: ["请描述您的问题…", "How can we help?"],
    send: ["发送", "Send"],
    attach: ["发送图片或 PDF", "Send a picture or PDF"],
    uploading: ["上传中 {n}%", "Uploading {n}%"],
    cancel: ["取消", "Cancel"],
    fileLarge: ["“{name}”超过 10 MB，请压缩后再发", "“{name}” is larger than 10 MB. Please make it smaller."],
    fileKind: ["只能发送图片或 PDF，“{name}”不行", "Only pictures and PDF files can be sent, not “{name}”."],
    soundOn: ["提示音：开", "Sound: on"],
    soundOff: ["提示音：关", "Sound: off"],
    hint: ["请勿在对话中提供密码或验证码", "Never share passwords or verification codes here"],
    counter: ["还可输入 {n} 字", "Characters left: {n}"],
    tooLong: ["超出 {n} 字（上限 {limit} 字），请删减或分几条发送", "{n} over the {limit}-character limit. Shorten it or send it in parts."],
    you: ["您", "You"],
    bot: ["智能助手", "Assistant"],
    agent: ["客服", "Agent"],
    system: ["系统", "System"],
    says: ["{name}：", "{name}: "],
    typing: ["{name}正在输入", "{name} is typing"],
    sending: ["发送中…", "Sending…"],
    waitingNetwork: ["网络不通，恢复后自动发送", "No connection; will be sent when it is back"],
    waitingServer: ["系统繁忙，稍后自动发送", "Busy; will be sent again shortly"],
    failed: ["发送失败", "Not sent"],
    failedNetwork: ["网络不通，消息未送达", "No connection; not delivered"],
    retry: ["重试", "Retry"],
    edit: ["修改", "Edit"],
    remove: ["移除", "Remove"],
    ownerBot: ["智能助手为您服务，可随时转人工", "Assistant. Ask for a person any time."],
    ownerQueued: ["正在为您转接人工客服，请稍候", "Connecting you to a person"],
    ownerQueuedAt: ["正在排队，您在第 {n} 位", "You are number {n} in the queue"],
    ownerAgent: ["{name}正在为您服务", "You are talking to {name}"],
    ownerAgentUnnamed: ["人工客服正在为您服务", "You are talking to our staff"],
    ownerClosed: ["本次会话已结束", "This conversation has ended"],
    startNew: ["开始新会话", "Start a new one"],
    leaveQueue: ["取消排队", "Stop waiting"],
    leaveTicket: ["改为留言", "Leave a message"],
    connecting: ["正在连接…", "Connecting…"],
    reconnecting: ["网络不稳定，正在重新连接…", "Connection lost. Reconnecting…"],
    cannotStart: ["暂时无法连接客服，请检查网络后重试", "We cannot reach customer service. Check your connection and try again."],
    expired: ["之前的会话已过期，已为您开始新的会话。", "Your earlier conversation has expired. This is a new one."],
    identityChanged: ["您的登录账号有变化，已为您开始新的会话。", "You have signed in differently. This is a new conversation."],
    earlier: ["查看更早的消息", "Show earlier messages"],
    newMessages: ["有新消息", "New messages"],
    today: ["今天", "Today"],
    yesterday: ["昨天", "Yesterday"],
    choices: ["可选回复", "Suggested replies"],
    unsupported: ["这条消息暂时无法显示。", "This message cannot be shown here."],
    pageFailed: ["页面没有打开，请稍后再试。", "The page could not be opened. Please try again."],
    pageBlocked: ["浏览器拦截了新窗口，请点这里打开：", "Your browser blocked the new window. Open it here: "],
    openPage: ["打开页面", "Open page"],
    newWindow: ["（在新窗口打开）", " (opens in a new window)"],
    masked: ["敏感号码已隐去", "Personal numbers hidden"],
    ticketNumber: ["工单编号", "Ticket number"],
    ticketOpen: ["查看工单进度", "Track this ticket"],
    answerOpen: ["查看书面答复", "Read the written answer"],
    promises: ["我们的承诺", "What we promise"],
    running: ["进行中", "Running"],
    met: ["已完成", "Done"],
    breached: ["已超时", "Overdue"],
    paused: ["已暂停", "Paused"],
    riskNotice: ["风险提示", "Risk notice"],
    helpfulAsk: ["这个回答有帮助吗？", "Was this helpful?"],
    helpful: ["有帮助", "Yes"],
    unhelpful: ["没帮助", "No"],
    thanks: ["感谢反馈", "Thank you"],
    queuePosition: ["排队位置", "Place in the queue"],
    waitMinutes: ["预计等待约 {n} 分钟", "About {n} min to wait"],
    surveySpeed: ["响应速度", "Speed of response"],
    surveyCompleteness: ["服务完整性", "Completeness"],
    surveySolution: ["解决效率", "Getting it solved"],
    stars: ["{n} 星", "{n} of 5"],
    surveyComment: ["想对我们说的话（选填）", "Anything to add? (optional)"],
    surveySend: ["提交评价", "Send rating"],
    surveyOpen: ["去评价", "Rate us"],
    surveyMissing: ["请为三项都打分", "Please rate all three"],
    surveyThanks: ["评价已提交，感谢您！", "Thank you for your rating!"],
    notDone: ["没有成功，请稍后再试", "That did not work. Please try again later."],
  };

  /** The text of `key` in the current language, with {placeholders} filled in. */
  function t(key, values = {}) {
    return TEXTS[key][state.language === "zh" ? 0 : 1].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  /** "zh" or "en" for any language tag; Chinese first when nothing is known. */
  const spoken = (tag) => (!tag ? "" : /^(zh|yue|wuu|cmn)\b/i.test(tag) ? "zh" : "en");

  // ── 3. What this tab knows, and what it keeps

  const stored = readJson("localStorage", STORE_KEY) || {};
  const state = {
    language: stored.chosenLanguage || spoken(option.lang) || spoken(document.documentElement.lang) || spoken(navigator.language) || "zh",
    id: stored.id || null,
    token: stored.token || null,
    config: stored.config || {},
    seen: stored.seen || 0, // highest seq the customer has had before their eyes
    person: stored.person || "", // fingerprint of whom the conversation was opened for
    identity: option.identity || "",
    owner: "bot",
    agentName: "",
    queue: null,
    open: false,
    loaded: false, // history is on the screen
    broken: false, // could not start; the customer sees a retry button
    cursor: 0, // every message up to this seq has been read from the server
    items: new Map(), // seq → {message, node}
    outbox: [], // {clientId, text, button?, action?, file?, status: sending|waiting|failed, attempts, problem, node}
    notice: "", // key of the line above a conversation that replaced another
    sound: !!stored.sound, // off until the customer asks for it
    untold: stored.untold, // a chosen language the server has not heard of
    thumbs: stored.thumbs || {}, // answer_id → helpful, for this conversation
    awaiting: 0, // time until which the assistant's answer is expected
    typing: null, // {name, until}
    failures: 0, // of the line, in a row
  };

  function readJson(kind, key) {
    try {
      return JSON.parse(window[kind].getItem(key));
    } catch {
      return null; // storage is blocked or was tampered with: live without
    }
  }

  function writeJson(kind, key, value) {
    try {
      if (value) window[kind].setItem(key, JSON.stringify(value));
      else window[kind].removeItem(key);
    } catch {
      // storage is blocked or full: the conversation then lasts as long as the page
    }
  }

  /** Keeps what a reload and the next tab need. The transcript itself stays on the server. */
  function remember() {
    const { id, token, config, seen, person, thumbs, sound, untold } = state;
    const chosenLanguage = state.chosenLanguage || stored.chosenLanguage;
    writeJson("localStorage", STORE_KEY, { id, token, config, seen, person, thumbs, sound, untold, chosenLanguage });
  }

  /** Unsent messages survive a reload of this tab; sessionStorage, because they are not masked yet. Files do not. */
  function rememberTab() {
    const outbox = state.outbox.filter((item) => !item.file).map(({ clientId, text, button, action }) => ({ clientId, text, button, action }));
    writeJson("sessionStorage", STORE_KEY, outbox.length || state.open ? { conversation: state.id, open: state.open, outbox } : null);
  }

  /** A short non-secret fingerprint of an identity token: its subject when it is a JWT, else the whole token. */
  function fingerprint(token) {
    if (!token) return "";
    let subject = token;
    try {
      subject = JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub || token;
    } catch {
      // an opaque token: compared as a whole
    }
    let hash = 5381;
    for (const char of String(subject)) hash = (hash * 33 + char.codePointAt(0)) % 0x1fffffffffff;
    return hash.toString(36);
  }

  /** 128 random bits; crypto.randomUUID exists on secure pages only. */
  const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // ── 4. DOM nodes

  /**
   * Builds an element. Strings among the children become text nodes; `on…` properties are listeners, `null`, `false`
   * and `undefined` are left out.
   */
  function h(tag, properties = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
    return node;
  }

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

  function icon(name, className = "") {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", `icon ${className}`);
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

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
  function rich(text) {
    const blocks = [];
    let list = null;
    let lines = [];
    const flush = () => {
      if (lines.join("").trim()) blocks.push(inline(h("p"), lines.join("\n").replace(/^\n+|\s+$/g, "")));
      lines = [];
    };
    for (const line of String(text ?? "").replace(/\r\n?/g, "\n").split("\n")) {
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
  function pageLink(address, text, className = "") {
    const url = ownUrl(address);
    if (!url) return "";
    return h(
      "a",
      { href: url.href, target: "_blank", rel: "noopener noreferrer", class: className, onclick: (event) => (event.preventDefault(), openPage(url.pathname + url.search)) },
      text,
      h("span", { class: "sr" }, t("newWindow")),
    );
  }

  // ── 5. Looks

  const CSS = `
:host { all: initial !important; display: block !important; }
@media print { :host { display: none !important; } }
*, *::before, *::after { box-sizing: border-box; }
.root {
  --ink: #1c2128; --soft: #59636e; --bg: #fff; --log: #f3f5f8; --bubble: #fff; --line: #d8dee6; --field: #7a8491;
  --warn-bg: #fff6e0; --warn-line: #d9a514; --warn-ink: #6b4700; --bad: #b42318; --good: #1a7a43; --bad-bg: #fdeeec;
  --accent: #1858b8; --on-accent: #fff; --link: #1858b8; --shadow: 0 10px 36px rgb(15 25 45 / .2), 0 2px 8px rgb(15 25 45 / .1);
  font: 15px/1.6 var(--kesu-font, system-ui, -apple-system, "Segoe UI", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif);
  color: var(--ink); line-break: strict; overflow-wrap: anywhere; text-autospace: normal; text-spacing-trim: trim-start; -webkit-text-size-adjust: 100%; text-align: start;
}
.root:lang(en) { font-family: var(--kesu-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif); line-height: 1.5; }
.root.dark {
  --ink: #e7eaee; --soft: #a3adb9; --bg: #1a1d22; --log: #121417; --bubble: #24282f; --line: #39404a; --field: #7f8a97;
  --warn-bg: #372c0e; --warn-line: #b98a12; --warn-ink: #f7dc93; --bad: #ff9a8f; --good: #6fd19a; --bad-bg: #3a1d1a; --shadow: 0 10px 36px rgb(0 0 0 / .6);
  color-scheme: dark;
}
button, textarea, input { font: inherit; color: inherit; letter-spacing: inherit; margin: 0; }
button { cursor: pointer; background: none; border: 0; padding: 0; touch-action: manipulation; }
button:disabled { cursor: default; }
a { color: var(--link); text-underline-offset: .15em; }
p, ol, dl, dd, h2, h3, ul { margin: 0; padding: 0; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.icon { width: 1.35em; height: 1.35em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; }
.sr { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launcher, .panel { position: fixed; z-index: var(--kesu-z, 2147483000); }
.launcher {
  inset-block-end: calc(var(--kesu-offset-y, 20px) + env(safe-area-inset-bottom)); inset-inline-end: calc(var(--kesu-offset-x, 20px) + env(safe-area-inset-right));
  width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); border: 1px solid rgb(255 255 255 / .25); box-shadow: var(--shadow); font-size: 20px;
}
.launcher:focus-visible { outline: 3px solid var(--bg); box-shadow: 0 0 0 6px var(--link); }
.badge { position: absolute; inset-block-start: -3px; inset-inline-end: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px; background: #c21f16; color: #fff; border: 2px solid var(--bg); font-size: 12px; line-height: 18px; font-weight: 600; text-align: center; }
.panel {
  inset-block-end: calc(var(--kesu-offset-y, 20px) + 68px + env(safe-area-inset-bottom)); inset-inline-end: calc(var(--kesu-offset-x, 20px) + env(safe-area-inset-right));
  width: 400px; max-width: calc(100vw - 2 * var(--kesu-offset-x, 20px)); height: min(680px, calc(100vh - var(--kesu-offset-y, 20px) - 88px)); height: min(680px, calc(100dvh - var(--kesu-offset-y, 20px) - 88px));
  display: flex; flex-direction: column; overflow: hidden; overflow: clip; background: var(--bg); border-radius: var(--kesu-radius, 14px); border: 1px solid var(--line); box-shadow: var(--shadow);
}
.left .launcher, .left .panel { inset-inline: calc(var(--kesu-offset-x, 20px) + env(safe-area-inset-left)) auto; }
.panel:focus { outline: none; }

header { display: flex; align-items: center; gap: 2px; padding: 8px 8px 8px 16px; background: var(--accent); color: var(--on-accent); }
header h2 { flex: 1; min-width: 0; font-size: 17px; font-weight: 600; line-height: 1.35; }
header button { min-height: 40px; min-width: 40px; padding: 0 8px; display: flex; align-items: center; justify-content: center; gap: 5px; border-radius: 8px; font-size: 14px; white-space: nowrap; }
header :focus-visible { outline-color: var(--on-accent); outline-offset: -3px; }
@media (hover: hover) { header button:hover { background: rgb(128 128 128 / .3); } }
.banner { display: flex; align-items: center; gap: 8px; min-height: 38px; padding: 6px 16px; border-block-end: 1px solid var(--line); font-size: 13px; line-height: 1.45; color: var(--soft); }
.banner .icon { font-size: 14px; color: var(--link); }
.banner .text { flex: 1 1 11em; }
.glyph { display: grid; }
.banner.queued { flex-wrap: wrap; background: var(--warn-bg); color: var(--warn-ink); }
.banner.queued .icon { color: inherit; }
.banner.agent { color: var(--ink); }
.waiting { display: flex; flex-wrap: wrap; gap: 0 6px; margin-inline-start: auto; }
.banner button, .link { color: var(--link); text-decoration: underline; text-underline-offset: .15em; padding: 2px 4px; border-radius: 4px; min-height: 24px; }
.banner.queued button { color: inherit; }
.strip { padding: 6px 16px; font-size: 13px; line-height: 1.45; background: var(--warn-bg); color: var(--warn-ink); }

.logbox { flex: 1; min-height: 0; position: relative; background: var(--log); }
.log { position: relative; height: 100%; overflow-y: auto; overscroll-behavior: contain; padding: 12px 14px 16px; scrollbar-width: thin; }
.log:focus-visible { outline-offset: -3px; }
.earlier { display: block; margin: 0 auto 8px; font-size: 13px; }
.jump { position: absolute; inset-block-end: 10px; inset-inline: 0; margin: auto; width: fit-content; display: flex; align-items: center; gap: 4px; padding: 5px 14px; min-height: 34px; border-radius: 17px; background: var(--bg); border: 1px solid var(--line); box-shadow: 0 2px 10px rgb(0 0 0 / .18); font-size: 13px; color: var(--link); }
.day { align-self: center; font-size: 12px; color: var(--soft); margin: 6px 0 10px; }
.msg { margin-block-start: 12px; max-width: 100%; display: flex; flex-direction: column; align-items: flex-start; }
.msg.same { margin-block-start: 4px; }
.msg.same .who { display: none; }
.who { font-size: 12px; color: var(--soft); margin: 0 0 3px 2px; }
.bubble { max-width: 88%; padding: 8px 13px; border-radius: 4px 14px 14px 14px; background: var(--bubble); border: 1px solid var(--line); }
.msg.carded > .bubble { width: 94%; max-width: 94%; }
.customer { align-items: flex-end; }
.customer .bubble { background: var(--accent); color: var(--on-accent); border-color: transparent; border-radius: 14px 4px 14px 14px; }
.agent .bubble { border-inline-start: 3px solid var(--link); border-radius: 4px 14px 14px 4px; }
.system { align-items: center; }
.system .bubble { background: none; border: 0; padding: 2px 8px; font-size: 13px; color: var(--soft); text-align: center; max-width: 96%; }
.bubble p { white-space: pre-line; }
.bubble p + *, .bubble ol + *, .bubble h3 + p { margin-block-start: .5em; }
.bubble ol { padding-inline-start: 1.7em; }
.bubble li + li { margin-block-start: .2em; }
.meta { font-size: 12px; line-height: 1.5; color: var(--soft); margin: 2px 3px 0; display: flex; flex-wrap: wrap; gap: 0 6px; align-items: center; }
.meta .link { min-height: 28px; padding: 2px 6px; }
.problem, .small.problem { color: var(--bad); }
.unsent .bubble { opacity: .8; }
.failed .bubble { opacity: 1; background: var(--bad-bg); color: var(--ink); border: 1px solid var(--bad); }
.pills { display: flex; flex-wrap: wrap; gap: 8px; margin-block: 8px 6px; max-width: 96%; }
.pill { min-height: 38px; padding: 5px 14px; text-align: start; line-height: 1.4; border: 1px solid var(--link); border-radius: 19px; background: var(--bg); color: var(--link); font-size: 14px; display: inline-flex; align-items: center; gap: 6px; text-decoration: none; }
.pill.main { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.pill:disabled { color: var(--soft); background: none; border: 1px dashed var(--line); }
.pill.chosen, .pill.chosen:disabled { color: var(--link); border: 1px solid var(--link); }
.pill.chosen::before { content: "✓"; }
@media (hover: hover) { .pill:not(:disabled):hover { box-shadow: 0 0 0 1px var(--link); } }
.dots { display: inline-flex; gap: 4px; padding: 7px 0; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--soft); }

.card { border-block-start: 1px solid var(--line); padding-block-start: 8px; }
.card:first-child { border: 0; padding: 0; }
.rows { display: grid; grid-template-columns: minmax(4em, max-content) 1fr; gap: 5px 14px; font-size: 14px; }
.rows dt { color: var(--soft); max-width: 9em; }
.rows dd { white-space: pre-line; }
.number { font-size: 20px; font-weight: 650; letter-spacing: .01em; line-height: 1.3; font-variant-numeric: tabular-nums; }
.small { font-size: 13px; color: var(--soft); }
.tag { display: inline-block; padding: 0 9px; border-radius: 10px; border: 1px solid var(--line); font-size: 12px; line-height: 20px; white-space: nowrap; }
.between { display: flex; justify-content: space-between; align-items: center; gap: 8px; }
.promises { list-style: none; margin-block-start: 8px; }
.promises li { display: flex; gap: 7px; font-size: 14px; padding: 3px 0; }
.promises .icon { font-size: 14px; margin-block-start: .12em; color: var(--link); }
.promises .met .icon { color: var(--good); }
.promises .breached, .promises .breached .icon { color: var(--bad); }
.card .pill { margin-block-start: 10px; }
.card > .pill:first-child { margin-block-start: 2px; }
.bubble h3 { font-size: 15px; font-weight: 650; line-height: 1.5; }
.notice { margin-block-start: 10px; padding: 8px 11px; border-radius: 8px; border-inline-start: 3px solid var(--warn-line); background: var(--warn-bg); color: var(--warn-ink); font-size: 14px; line-height: 1.55; }
.notice b { display: flex; align-items: center; gap: 5px; font-weight: 650; }
.warning .bubble { background: var(--warn-bg); color: var(--warn-ink); border-color: var(--warn-line); }
.warning .bubble > .icon { float: inline-start; margin: .12em .4em 0 0; }
.thumbs { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; margin-block-start: 8px; font-size: 13px; color: var(--soft); }
.card .thumbs .pill, .thumbs .pill { margin: 0; min-height: 32px; font-size: 13px; padding: 2px 11px; border-color: var(--field); color: var(--ink); }
.thumbs .pill[aria-pressed=true] { border-color: var(--link); color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
.thumbs .down .icon { transform: rotate(180deg); }
fieldset { border: 0; margin: 0 0 2px; padding: 0; min-width: 0; display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; }
fieldset::before { content: attr(data-label); font-size: 14px; }
.stars { display: flex; }
.stars label { position: relative; padding: 2px 3px; min-width: 32px; text-align: center; cursor: pointer; font-size: 24px; line-height: 34px; color: var(--field); }
.stars input { position: absolute; inset: 0; opacity: 0; cursor: pointer; margin: 0; }
.stars label.on { color: #a86a00; }
.dark .stars label.on { color: #f2b84b; }
.stars label:focus-within { outline: 2px solid var(--link); border-radius: 6px; }
.card textarea { display: block; width: 100%; min-height: 64px; margin-block-start: 6px; font-size: 14px; padding: 7px 10px; resize: vertical; }

.composer { padding: 8px 10px calc(6px + env(safe-area-inset-bottom)); border-block-start: 1px solid var(--line); background: var(--bg); }
.entry { display: flex; align-items: flex-end; gap: 8px; }
textarea { background: var(--bg); border: 1px solid var(--field); border-radius: 10px; }
.entry textarea { flex: 1; min-width: 0; display: block; resize: none; min-height: 42px; max-height: 130px; padding: 8px 12px; line-height: 24px; overflow-y: hidden; }
textarea::placeholder { color: var(--soft); opacity: 1; }
textarea:focus-visible { outline-offset: 0; }
textarea:disabled { opacity: .6; }
.send { width: 42px; height: 42px; border-radius: 10px; display: grid; place-items: center; background: var(--accent); color: var(--on-accent); flex: none; }
.attach { width: 36px; height: 42px; display: grid; place-items: center; border-radius: 10px; color: var(--soft); flex: none; }
.attach:hover { color: var(--link); }
.file { display: flex; align-items: center; gap: 8px; }
.meter { flex-basis: 100%; width: 120px; height: 5px; accent-color: var(--link); }
.sound { margin-inline-start: auto; min-height: 24px; white-space: nowrap; }
.dropping .log { outline: 2px dashed var(--link); outline-offset: -6px; }
.send:disabled { background: none; color: var(--soft); border: 1px solid var(--line); }
.under { display: flex; justify-content: space-between; gap: 10px; padding: 4px 3px 0; font-size: 12px; line-height: 1.5; color: var(--soft); }

@media (max-width: 479.98px), (max-height: 420px) {
  .panel, .left .panel { inset: var(--top, 0px) 0 auto 0; width: auto; max-width: none; height: 100vh; height: var(--height, 100dvh); border: 0; border-radius: 0; }
  .opened .launcher { display: none; }
  header { padding-block-start: calc(8px + env(safe-area-inset-top)); padding-inline: calc(14px + env(safe-area-inset-left)) calc(6px + env(safe-area-inset-right)); }
  header button { min-height: 44px; min-width: 44px; }
  header h2 { font-size: 16px; }
  .log { padding-inline: calc(12px + env(safe-area-inset-left)) calc(12px + env(safe-area-inset-right)); }
  .composer { padding-inline: calc(10px + env(safe-area-inset-left)) calc(10px + env(safe-area-inset-right)); }
  header .icon.small-gone { display: none; }
  .entry textarea, .card textarea { font-size: 16px; }
  .keyboard .composer { padding-block-end: 6px; }
  .keyboard .hint { display: none; }
}
@media (prefers-reduced-motion: no-preference) {
  .panel { animation: rise .18s ease-out; }
  .msg.fresh { animation: appear .18s ease-out; }
  .dots i { animation: blink 1.2s infinite; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
  @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
  @keyframes appear { from { opacity: 0; transform: translateY(5px); } }
  @keyframes blink { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }
}
@media (prefers-contrast: more) { .root { --soft: var(--ink); --line: var(--ink); --field: var(--ink); } }
@media (forced-colors: active) {
  .launcher, .badge, .panel, .send, .bubble, .pill, header { border: 1px solid; }
  .pill.chosen, .thumbs [aria-pressed=true] { border: 3px double Highlight; }
  .pill:disabled, .send:disabled { color: GrayText; border-color: GrayText; }
  .stars label.on { color: Highlight; }
  .dots i { background: CanvasText; }
}
`;

  const host = h("kesu-widget", {}); // a name no page styles; attached shadow roots need a hyphenated one
  const shadow = host.attachShadow({ mode: "open" });

  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(h("style", { nonce: script.nonce || null }, CSS)); // Safari before 16.4
  }

  const darkQuery = matchMedia("(prefers-color-scheme: dark)");
  const fullScreenQuery = matchMedia("(max-width: 479.98px), (max-height: 420px)");

  /** [r, g, b] of any CSS colour the browser resolves to sRGB, else null. */
  function rgb(color) {
    const probe = h("span");
    probe.style.color = color;
    if (!probe.style.color) return null;
    shadow.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    const parts = (value.match(/[\d.]+/g) || []).slice(0, 3).map(Number);
    if (parts.length < 3 || !/^(rgb|color\(srgb)/.test(value)) return null;
    return value.startsWith("rgb") ? parts : parts.map((part) => part * 255);
  }

  /** WCAG contrast ratio of two [r, g, b] colours. */
  function contrast(a, b) {
    const [x, y] = [a, b].map((color) => {
      const [r, g, bl] = color.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
    });
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }

  /** Applies light or dark (the tag's word, else the page's, else the system's) and derives readable colours from the host's one brand colour. */
  function paint() {
    const ofPage = (name) => getComputedStyle(host).getPropertyValue(name).trim();
    const { colorScheme } = getComputedStyle(document.documentElement);
    const wanted = [option.theme, ofPage("--kesu-theme"), colorScheme].find((name) => name === "dark" || name === "light");
    const dark = wanted ? wanted === "dark" : darkQuery.matches;
    ui.root.classList.toggle("dark", dark);
    const accent = rgb(option.color || ofPage("--kesu-color") || "#1858b8") || [24, 88, 184];
    const white = [255, 255, 255];
    const on = contrast(accent, white) >= 4.5 || contrast(accent, white) > contrast(accent, [0, 0, 0]) ? white : [0, 0, 0];
    const surface = dark ? [36, 40, 47] : [243, 245, 248]; // the least contrasting surface links stand on
    let link = accent;
    for (let i = 0; i < 20 && contrast(link, surface) < 4.6; i++) link = link.map((part) => part + ((dark ? 255 : 0) - part) * 0.1);
    for (const [name, value] of Object.entries({ accent, "on-accent": on, link })) {
      ui.root.style.setProperty(`--${name}`, `rgb(${value.map(Math.round).join(" ")})`);
    }
  }

  // ── 6. Skeleton

  const ui = {};
  const labels = []; // [node, attribute or null for its text, text key]

  function labelled(node, key, attribute = null) {
    labels.push([node, attribute, key]);
    return node;
  }

  function build() {
    ui.badge = h("span", { class: "badge", hidden: true, "aria-hidden": "true" });
    ui.launcherIcon = h("span", { class: "glyph" }, icon("chat"));
    ui.launcher = h("button", { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel", onclick: () => toggle() }, ui.launcherIcon, ui.badge);
    ui.launcher.hidden = option.launcher === "none";

    const heading = h("h2", { id: "title" });
    if (option.title) heading.append(option.title);
    else labelled(heading, "title");
    ui.tickets = h("button", { type: "button", onclick: () => openPage("/my/tickets") }, icon("ticket", "small-gone"), labelled(h("span"), "myTickets"), labelled(h("span", { class: "sr" }), "newWindow"));
    ui.language = labelled(labelled(h("button", { type: "button", onclick: () => chooseLanguage(state.language === "zh" ? "en" : "zh") }), "switchLanguageShort"), "switchLanguage", "aria-label");
    const close = labelled(h("button", { type: "button", onclick: () => closePanel() }, icon("close")), "close", "aria-label");

    ui.bannerText = h("span", { class: "text", role: "status" });
    ui.bannerIcon = h("span", { class: "glyph" });
    ui.startNew = labelled(h("button", { type: "button", hidden: true, onclick: () => startOver() }), "startNew");
    ui.waiting = h("span", { class: "waiting", hidden: true }, ["leaveTicket", "leaveQueue"].map((key) => labelled(h("button", { type: "button", onclick: () => act(key) }), key)));
    ui.banner = h("div", { class: "banner" }, ui.bannerIcon, ui.bannerText, ui.startNew, ui.waiting);
    ui.strip = h("div", { class: "strip", role: "status", hidden: true });

    ui.earlier = labelled(h("button", { type: "button", class: "link earlier", hidden: true, onclick: () => loadEarlier() }), "earlier");
    ui.list = h("div", {});
    ui.log = labelled(h("div", { class: "log", role: "log", tabindex: "0", "aria-live": "off", onscroll: onLogScroll }, ui.earlier, ui.list), "log", "aria-label");
    ui.jump = h("button", { type: "button", class: "jump", hidden: true, onclick: () => scrollDown() }, labelled(h("span"), "newMessages"), icon("down"));

    ui.input = labelled(labelled(h("textarea", { rows: "1", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "counter", oninput: onInput, onkeydown: onInputKey, onpaste: onPaste }), "placeholder", "placeholder"), "input", "aria-label");
    ui.send = labelled(h("button", { type: "submit", class: "send", onmousedown: (event) => event.preventDefault() }, icon("send")), "send", "aria-label");
    ui.counter = h("span", { id: "counter", role: "status" });
    ui.files = h("input", { type: "file", multiple: true, accept: FILE_KINDS.join(), hidden: true, onchange: () => (attach(ui.files.files), (ui.files.value = "")) });
    ui.attach = labelled(h("button", { type: "button", class: "attach", onclick: () => ui.files.click() }, icon("clip")), "attach", "aria-label");
    ui.soundText = h("span");
    ui.sound = h("button", { type: "button", class: "sound", onclick: switchSound }, ui.soundText);
    const composer = h(
      "form",
      { class: "composer", novalidate: true, onsubmit: (event) => (event.preventDefault(), submit()) },
      h("div", { class: "entry" }, ui.attach, ui.files, ui.input, ui.send),
      h("div", { class: "under" }, labelled(h("span", { class: "hint" }), "hint"), ui.counter, ui.sound),
    );

    ui.announce = h("div", { class: "sr", role: "status" }); // failures and typing, for those who cannot see them
    ui.panel = h(
      "section",
      { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title", tabindex: "-1", hidden: true },
      h("header", {}, heading, ui.tickets, ui.language, close),
      ui.banner,
      ui.strip,
      h("div", { class: "logbox" }, ui.log, ui.jump),
      composer,
      ui.announce,
    );
    ui.root = h("div", { class: `root ${option.position === "left" ? "left" : ""}` }, ui.panel, ui.launcher);
    for (const type of ["keydown", "keyup", "keypress"]) ui.root.addEventListener(type, (event) => event.stopPropagation()); // the page's shortcuts are not for us
    ui.root.addEventListener("keydown", onPanelKey);
    for (const type of ["dragover", "dragleave", "drop"]) ui.panel.addEventListener(type, onDrag);
    shadow.append(ui.root);
    if (window.ResizeObserver) new ResizeObserver(() => sticking && scrollDown()).observe(ui.log); // the input grew, the keyboard came
    document.documentElement.append(host); // beside the body, which some sites replace or transform
    darkQuery.addEventListener("change", paint, untilGone);
    for (const node of [document.documentElement, script]) repaint.observe(node, { attributes: true });
    paint();
    relabel();
  }

  /** Writes every fixed text again, after the language changed. */
  function relabel() {
    ui.root.lang = state.language === "zh" ? "zh-CN" : "en";
    for (const [node, attribute, key] of labels) {
      if (attribute) node.setAttribute(attribute, t(key));
      else node.textContent = t(key);
    }
    ui.language.lang = state.language === "zh" ? "en" : "zh-CN";
    showSound();
    showOwner();
    showUnread();
    onInput();
  }

  // ── 7. Messages on the screen

  const formats = new Map();
  /** Formats an instant in the viewer's own time zone. */
  function format(date, options) {
    const key = state.language + JSON.stringify(options);
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(state.language === "zh" ? "zh-CN" : "en-GB", options));
    return formats.get(key).format(date);
  }

  const clockText = (date) => format(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function dayText(date) {
    const daysAgo = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 864e5);
    if (daysAgo === 0) return t("today");
    if (daysAgo === 1) return t("yesterday");
    const thisYear = date.getFullYear() === new Date().getFullYear();
    return format(date, { year: thisYear ? undefined : "numeric", month: "long", day: "numeric", weekday: "short" });
  }

  function authorName(message) {
    if (message.author === "customer") return t("you");
    if (message.author === "agent" && message.name) return message.name;
    return t(message.author in { bot: 1, agent: 1 } ? message.author : "system");
  }

  /** The node of a message from the server, or of an unsent one of ours. */
  function renderMessage(message) {
    const carries = message.card || (message.buttons && message.buttons.length); // then a system line is more than a line
    const author = message.author in { customer: 1, bot: 1, agent: 1 } ? message.author : carries ? "service" : "system";
    const kind = message.kind || (message.card && message.card.kind) || "";
    const card = message.card ? (Object.hasOwn(CARDS, kind) ? CARDS[kind] : plainCard)(message.card, message) : null;
    const leads = kind === "article" ? card && card.lead : null;
    const text = (card && card.text) ?? message.text;
    const body = [leads, ...rich(text), card && card.node].filter(Boolean);
    const bubble = h("div", { class: "bubble" }, kind === "warning" && icon("alert"), body.length ? body : h("p", {}, t("unsupported")));
    const spokenText = String(text || "");
    if (spokenText) bubble.lang = /[\u3400-\u9fff]/.test(spokenText) ? "zh-CN" : /[a-z]/i.test(spokenText) ? "en" : ui.root.lang;
    const classes = ["msg", author, kind === "warning" && "warning", card && card.node && kind !== "file" && "carded"].filter(Boolean).join(" ");
    const node = h("div", { class: classes, "aria-live": author === "customer" ? "off" : null }); // they know what they wrote
    const day = h("div", { class: "day", hidden: true });
    const who = author !== "customer" && author !== "system" ? h("div", { class: "who", "aria-hidden": "true" }, authorName(message)) : "";
    const meta = h("div", { class: "meta" });
    if (message.created_at && author !== "system") meta.append(h("time", { datetime: message.created_at }, clockText(new Date(message.created_at))));
    if (author === "customer" && message.masked) meta.append(t("masked"));
    const pills = (message.buttons || []).map((button, index) =>
      h("button", { type: "button", class: `pill ${kind === "summary" && index === 0 ? "main" : ""}`, onclick: () => press(message, index) }, typeof button === "string" ? button : button.title),
    );
    const group = pills.length ? h("div", { class: "pills", role: "group", "aria-label": t("choices") }, pills) : "";
    node.append(day, h("span", { class: "sr" }, t("says", { name: authorName(message) })), who, bubble, meta, group);
    return Object.assign(node, { day, meta, pills });
  }

  /** Adds or replaces a message from the server; false if this tab has it already. */
  function put(message) {
    if (!message || typeof message.seq !== "number" || state.items.has(message.seq)) return false;
    const own = message.client_id && state.outbox.findIndex((item) => item.clientId === message.client_id);
    const node = renderMessage(message);
    if (typeof own === "number" && own >= 0) {
      const [item] = state.outbox.splice(own, 1);
      if (item.button) chosen(item.button);
      item.node.remove();
      rememberTab();
    } else if (state.loaded) node.classList.add("fresh");
    if (message.author === "customer" && message.button) chosen(message.button);
    state.items.set(message.seq, { message, node });
    const next = [...ui.list.children].find((other) => other.seq === undefined || other.seq > message.seq); // unsent ones and typing stay last
    node.seq = message.seq;
    ui.list.insertBefore(node, next || null);
    if (message.author === "agent" && message.name && state.owner === "agent" && message.seq === lastSeq()) state.agentName = message.name;
    return true;
  }

  function chosen({ seq, index }) {
    const item = state.items.get(seq);
    if (item && item.node.pills[index]) item.node.pills[index].classList.add("chosen");
  }

  /** Day separators, grouping and which buttons still work: all follow from the order on the screen. */
  function tidy() {
    const entries = [...state.items.values()].sort((a, b) => a.message.seq - b.message.seq);
    let before = null;
    let dayBefore = "";
    for (const { message, node } of entries) {
      const date = new Date(message.created_at || Date.now());
      const day = message.created_at ? dayText(date) : dayBefore;
      node.day.hidden = !day || day === dayBefore;
      if (node.day.textContent !== day) node.day.textContent = day;
      node.classList.toggle("same", !!before && day === dayBefore && before.author === message.author && before.name === message.name);
      const soon = before && before.created_at && date - new Date(before.created_at) < 60000 && before.author === message.author;
      const previous = before && state.items.get(before.seq).node;
      if (previous && previous.meta.firstChild) previous.meta.hidden = !!soon && clockText(date) === clockText(new Date(before.created_at)) && !previous.pills.length;
      node.meta.hidden = false;
      before = message;
      dayBefore = day;
    }
    // An old confirmation must not be pressed by accident: buttons work until the customer has said something after
    // them or newer ones were offered. Questions under an article are harmless and stay.
    let stale = state.outbox.length > 0 || state.owner === "closed";
    for (const { message, node } of entries.reverse()) {
      const harmless = message.kind === "article" && state.owner !== "closed";
      for (const pill of node.pills) pill.disabled = stale && !harmless;
      if (message.author === "customer" || (node.pills.length && !harmless)) stale = true;
    }
    for (const item of state.outbox) ui.list.append(item.node);
    showTyping();
  }

  function renderAll() {
    ui.log.setAttribute("aria-live", "off");
    const messages = [...state.items.values()].map((entry) => entry.message);
    state.items.clear();
    ui.list.replaceChildren();
    if (state.notice) ui.list.append(Object.assign(renderMessage({ author: "system", text: t(state.notice) }), { seq: -1 }));
    messages.forEach(put);
    state.outbox.forEach(renderUnsent);
    tidy();
    if (state.loaded) setTimeout(() => ui.log.setAttribute("aria-live", "polite"), 300);
  }

  /** Draws an outbox item's bubble and says where it stands. */
  function renderUnsent(item) {
    const { file } = item;
    const node = renderMessage({ author: "customer", text: item.text, card: file && { name: file.name }, kind: file && "file" });
    node.classList.add("unsent", item.status);
    const again = h("button", { type: "button", class: "link", onclick: () => retry(item) }, t("retry"));
    const back = h("button", { type: "button", class: "link", onclick: () => takeBack(item) }, t(file && item.status !== "failed" ? "cancel" : file || item.button || item.action ? "remove" : "edit"));
    if (item.status === "failed") node.meta.append(h("span", { class: "problem" }, item.problem), again, back);
    else if (item.status === "waiting") node.meta.append(item.problem, again, file ? back : "");
    else if (file) node.meta.append(...uploadMeter(item), back);
    else node.meta.append(t("sending"));
    if (item.node && item.node.isConnected) item.node.replaceWith(node);
    else ui.list.append(node);
    item.node = node;
  }

  const atBottom = () => ui.log.scrollHeight - ui.log.scrollTop - ui.log.clientHeight < 60;
  let sticking = true;

  function onLogScroll() {
    sticking = atBottom();
    if (sticking) ui.jump.hidden = true;
  }

  function scrollDown(firstNew = null) {
    const bottom = ui.log.scrollHeight - ui.log.clientHeight;
    ui.log.scrollTop = firstNew ? Math.min(bottom, firstNew.offsetTop - 10) : bottom; // a long answer is read from its top
    ui.jump.hidden = true;
  }

  /** Takes in messages from any source, keeps the reader's place, counts unread ones. */
  function receive(messages, { quiet = false } = {}) {
    const wasAtBottom = atBottom();
    const fresh = (messages || []).filter(put);
    if (!fresh.length) return;
    const others = fresh.filter((message) => message.author !== "customer");
    if (others.length) {
      if (others.some((message) => message.author !== "system")) state.typing = null;
      state.awaiting = 0;
    }
    tidy();
    if (quiet) return;
    if (others.length && !(state.open && document.hasFocus())) chime();
    const first = state.items.get(fresh[0].seq).node;
    if (wasAtBottom || fresh.some((message) => message.author === "customer")) scrollDown(others.length ? first : null);
    else if (others.length) ui.jump.hidden = false;
    markSeen();
    for (const { seq, author, name, kind, card, created_at } of fresh) {
      emit("message", { seq, author, name, kind, created_at });
      if (kind === "ticket" && card && card.number) emit("ticket", { number: card.number, status: card.status_text });
    }
  }

  function showTyping() {
    const now = Date.now();
    const name = state.typing && state.typing.until > now ? state.typing.name : state.awaiting > now && state.owner === "bot" ? t("bot") : "";
    if (!name) {
      if (ui.typing) ui.typing.remove();
      ui.typing = null;
      return;
    }
    clearTimeout(ui.typingTimer);
    ui.typingTimer = setTimeout(showTyping, 1000);
    const text = t("typing", { name: state.language === "zh" && /\w$/.test(name) ? `${name} ` : name });
    if (ui.typing && ui.typing.dataset.text === text) {
      if (ui.typing.nextSibling) ui.list.append(ui.typing);
      return;
    }
    if (ui.typing) ui.typing.remove();
    const wasAtBottom = atBottom();
    ui.typing = h("div", { class: "msg bot", "data-text": text, "aria-hidden": "true" }, h("div", { class: "bubble" }, h("span", { class: "dots" }, h("i"), h("i"), h("i"))));
    ui.list.append(ui.typing);
    ui.announce.textContent = text;
    if (wasAtBottom) scrollDown();
  }

  // ── 8. Cards
  // Each takes (card, message) and gives {node?, text?, lead?}: `text` replaces the message's text where the card says
  // the same, `lead` stands above it. Shapes are in README.md; anything missing is left out.

  const CARDS = {
    summary: (card) => {
      const rows = (card.rows || []).filter((row) => row && row.value !== undefined && row.value !== null && row.value !== "");
      return { node: rows.length ? h("dl", { class: "card rows" }, rows.flatMap((row) => [h("dt", {}, row.label || ""), h("dd", {}, String(row.value))])) : null, text: card.text };
    },

    ticket: (card) => {
      if (!card.number) return {};
      const node = h(
        "div",
        { class: "card" },
        h("div", { class: "between small" }, h("span", {}, t("ticketNumber")), card.status_text ? h("span", { class: "tag" }, card.status_text) : ""),
        h("div", { class: "number" }, card.number),
        card.category_text && h("div", { class: "small" }, card.category_text),
        promiseList(card.promises),
        pageLink(card.page_url || `my/tickets/${encodeURIComponent(card.number)}`, t("ticketOpen"), "pill"),
      );
      return { node, text: card.text };
    },

    file: (card, message) => ({ text: "", node: h("div", { class: "file" }, icon("clip"), h("span", {}, card.name || message.text, " ", h("small", {}, card.size_text || ""))) }),

    promise: (card) => {
      const promises = promiseList(card.promises || (card.text ? [card] : []));
      return { node: promises && h("div", { class: "card" }, promises, card.page_url && pageLink(card.page_url, t("ticketOpen"), "pill")) };
    },

    article: (card, message) => {
      const notice = card.risk_notice ? String(card.risk_notice).trim() : "";
      let text = String(card.answer || message.text || "");
      if (notice && text.includes(notice)) text = text.replace(notice, "").replace(/[（(]?\s*\**(风险提示|Risk notice)\**\s*[:：]?\s*\**\s*[）)]?\s*$/i, "").trim(); // shown once, below
      const node = h("div", { class: "after" });
      if (notice) node.append(h("div", { class: "notice", role: "note" }, h("b", {}, icon("alert"), t("riskNotice")), rich(notice)));
      if (card.answer_id) node.append(thumbs(card));
      return { lead: card.question && !text.startsWith(card.question) ? h("h3", {}, card.question) : null, text, node: node.childNodes.length ? node : null };
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
      return { node: card.id && state.config.surveys_in_chat ? survey(card.id) : h("div", { class: "card" }, pageLink(card.page_url, t("surveyOpen"), "pill main")) };
    },

    answer: (card) => ({ node: card.page_url ? h("div", { class: "card" }, card.number && h("div", { class: "small" }, card.number), pageLink(card.page_url, t("answerOpen"), "pill main")) : null }),

    warning: (card, message) => ({ text: message.text || card.text, node: card.text && message.text && card.text !== message.text ? h("div", { class: "card" }, rich(card.text)) : null }),
  };

  /** A kind this file does not know: its text, and its page if it names one. */
  const plainCard = (card) => ({ node: card.page_url ? h("div", { class: "card" }, pageLink(card.page_url, card.page_title || t("openPage"), "pill")) : null });

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
        return h("li", { class: is }, icon(symbols[is] || "clock"), h("span", {}, promise.text || promise.due_text, h("span", { class: is === "running" ? "sr" : "small" }, ` ${t(is)}`)));
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

  /** Three rows of stars and a comment, where the gateway takes them (`config.surveys_in_chat`); elsewhere it is a link. */
  function survey(id) {
    const given = {};
    const status = h("div", { class: "small problem", role: "status" });
    const comment = h("textarea", { "aria-label": t("surveyComment"), placeholder: t("surveyComment"), maxlength: "2000" });
    const row = (name, key) => {
      const stars = [1, 2, 3, 4, 5].map((n) => {
        const input = h("input", { type: "radio", name: `${name}-${id}`, value: n, "aria-label": t("stars", { n }), onchange: () => ((given[name] = n), stars.forEach((star, i) => (star.classList.toggle("on", i < n), (star.lastChild.textContent = i < n ? "★" : "☆")))) });
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
        await request("POST", `/surveys/${encodeURIComponent(id)}/answer`, { body: { ...given, comment: comment.value.trim() || undefined } });
        form.replaceChildren(h("p", { role: "status" }, t("surveyThanks")));
      } catch (problem) {
        sendButton.disabled = false;
        status.textContent = problem.detail || t("notDone");
      }
    };
    const form = h("form", { class: "card", novalidate: true, onsubmit: submitSurvey }, row("speed", "surveySpeed"), row("completeness", "surveyCompleteness"), row("solution", "surveySolution"), comment, status, sendButton);
    return form;
  }

  // ── 9. Talking to the gateway

  /** A refused or failed request. `status` 0 means the network; `detail` is already in the customer's language. */
  class Problem extends Error {
    constructor(status, body = {}, retryAfter = 0) {
      super(body.title || `status ${status}`);
      Object.assign(this, { status, code: body.code, detail: body.detail || "", retryAfter });
    }
  }

  /** Does the conversation no longer exist for us, as far as this answer tells? */
  const refused = (problem) => problem instanceof Problem && [401, 403, 404, 410].includes(problem.status);

  /**
   * Calls the gateway about the current conversation. No cookies: the bearer token is all.
   * @param {string} path below the conversation; null for the collection itself
   * @throws {Problem}
   */
  async function request(method, path, { body, headers = {}, signal, timeout = REQUEST_MS, raw = false } = {}) {
    const abort = new AbortController();
    const timer = timeout && setTimeout(() => abort.abort(), timeout);
    if (signal) signal.addEventListener("abort", () => abort.abort());
    const all = { Accept: "application/json", "Accept-Language": state.language, ...headers };
    if (body) all["Content-Type"] = "application/json";
    const token = path === null ? state.former : state.token;
    if (token) all.Authorization = `Bearer ${token}`;
    try {
      const url = path === null ? API : `${API}/${encodeURIComponent(state.id)}${path}`;
      const response = await fetch(url, { method, headers: all, body: body && JSON.stringify(body), mode: "cors", credentials: "omit", cache: "no-store", signal: abort.signal });
      if (raw && response.ok) return response;
      const json = await response.json().catch(() => ({}));
      if (!response.ok) throw new Problem(response.status, json, Number(response.headers.get("Retry-After")) || 0);
      return json;
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(0);
    } finally {
      clearTimeout(timer);
    }
  }

  let starting = null;

  /** The conversation, restored or newly made; one attempt at a time, shared by all who wait. */
  function ready() {
    if (state.loaded) return Promise.resolve();
    starting = starting || (state.id ? restore() : create()).finally(() => (starting = null));
    return starting;
  }

  async function restore() {
    takeUnsent();
    try {
      const conversation = await request("GET", "");
      const { messages = [] } = conversation.last_seq ? await request("GET", `/messages?before=${conversation.last_seq + 1}&limit=${PAGE_SIZE}`) : {};
      state.cursor = Math.max(conversation.last_seq || 0, ...messages.map((message) => message.seq));
      begin(conversation, messages);
      ui.earlier.hidden = messages.length < PAGE_SIZE;
    } catch (problem) {
      if (!refused(problem)) throw problem;
      forget();
      await create("expired");
    }
  }

  /** What this tab had not sent before a reload. */
  function takeUnsent() {
    const { conversation, outbox = [] } = readJson("sessionStorage", STORE_KEY) || {};
    if (!state.outbox.length && conversation === state.id) state.outbox = outbox.map((item) => ({ ...item, status: "sending", attempts: 0 }));
  }

  async function create(notice = "") {
    const identity = state.identity;
    const other = readJson("localStorage", STORE_KEY); // another tab may just have begun
    if (other && other.id && other.id !== state.replaced && other.person === fingerprint(identity)) {
      Object.assign(state, { id: other.id, token: other.token, config: other.config || {}, seen: other.seen || 0 });
      return restore();
    }
    const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone; // opening hours are told on their clock
    let made;
    takeUnsent();
    try {
      made = await request("POST", null, { body: { language: state.language, time_zone, identity_token: identity || undefined } });
    } catch (problem) {
      if (!identity || ![400, 401, 403, 422].includes(problem.status)) throw problem;
      emit("identityrefused", { status: problem.status, code: problem.code });
      state.identity = ""; // help is for everybody; who they are can be asked
      made = await request("POST", null, { body: { language: state.language, time_zone } });
    }
    Object.assign(state, { id: made.id, token: made.token, config: made.config || {}, person: fingerprint(state.identity && identity), notice, thumbs: {}, seen: 0 });
    state.outbox = state.outbox.filter((item) => !item.button && !item.action); // those belong to the old conversation
    const messages = made.messages || [];
    state.cursor = Math.max(0, ...messages.map((message) => message.seq));
    begin(made, messages);
    ui.earlier.hidden = true;
    remember();
  }

  /** Puts a conversation on the screen, with what is still unsent. */
  function begin(conversation, messages) {
    state.items.clear();
    for (const message of messages) state.items.set(message.seq, { message });
    state.loaded = true;
    state.broken = false;
    renderAll();
    setOwner(conversation);
    scrollDown();
    markSeen();
    emit("ready", { id: state.id, language: state.language });
    listen();
    tellLanguage();
    pump();
  }

  /** Forgets the conversation here; on the server it stays. `everywhere`: also for the other tabs and the next page. */
  function forget({ everywhere = false } = {}) {
    state.replaced = state.id;
    state.former = everywhere ? null : state.token; // lets an anonymous visitor stay the same customer
    Object.assign(state, { id: null, token: null, loaded: false, cursor: 0, owner: "bot", agentName: "", queue: null, awaiting: 0, typing: null, notice: "", person: "", seen: 0, thumbs: {} });
    state.items.clear();
    if (everywhere) remember();
    renderAll();
    stopListening();
  }

  /** After a refusal: is the conversation really gone? Then begins a new one and says so. */
  async function renewIfGone() {
    const id = state.id;
    try {
      await request("GET", "");
      return false;
    } catch (problem) {
      if (!refused(problem) || state.id !== id) return false;
    }
    forget();
    starting = starting || create("expired").finally(() => (starting = null));
    await starting;
    return true;
  }

  /** The customer asks for a new conversation after the last was closed. */
  async function startOver() {
    forget();
    await begun();
    if (state.open) focusInput();
  }

  /** ready(), with the failure shown to the customer instead of thrown. */
  async function begun() {
    state.broken = false;
    showOwner();
    try {
      await ready();
    } catch (problem) {
      state.broken = problem.detail || t("cannotStart");
      emit("error", { status: problem.status, code: problem.code });
    }
    showOwner();
  }

  async function loadEarlier() {
    const first = Math.min(...state.items.keys());
    ui.earlier.disabled = true;
    try {
      const { messages = [] } = await request("GET", `/messages?before=${first}&limit=${PAGE_SIZE}`);
      const height = ui.log.scrollHeight;
      ui.log.setAttribute("aria-live", "off");
      receive(messages, { quiet: true });
      ui.log.scrollTop += ui.log.scrollHeight - height;
      ui.earlier.hidden = messages.length < PAGE_SIZE;
      setTimeout(() => ui.log.setAttribute("aria-live", "polite"), 300);
      if (ui.earlier.hidden) ui.log.focus();
    } catch (problem) {
      ui.announce.textContent = problem.detail || t("notDone");
    }
    ui.earlier.disabled = false;
  }

  /** Opens one of the customer's own pages in a new window, signed in by a one-time address. */
  async function openPage(path) {
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
      else showStrip(t("pageBlocked"), h("a", { href, target: "_blank", rel: "noopener noreferrer", onclick: () => showStrip("") }, t("openPage")));
    } catch (problem) {
      failed(problem.detail || t("pageFailed"));
      if (refused(problem) && state.id) renewIfGone().catch(() => {});
    }
  }

  // ── 10. Sending

  const limit = () => Number(state.config.message_max_chars) || 2000;
  const length = (text) => [...text].length; // code points, as the server counts

  function submit() {
    const text = ui.input.value.trim();
    if (!text || length(text) > limit() || state.owner === "closed") return;
    ui.input.value = "";
    onInput();
    enqueue({ text });
  }

  /** A quick reply was pressed. The gateway knows what it means; we name only the message and the position. */
  function press(message, index) {
    const button = message.buttons[index];
    enqueue({ text: typeof button === "string" ? button : button.title, button: { seq: message.seq, index } });
    focusInput();
  }

  /** What someone in the queue may do at any time, whatever has been said since it was offered. */
  function act(key) {
    if (!state.outbox.some((item) => item.action)) enqueue({ text: t(key), action: key.replace(/[A-Z]/g, (big) => `_${big.toLowerCase()}`) });
    focusInput();
  }

  function enqueue(item) {
    const queued = { ...item, clientId: newId(), status: "sending", attempts: 0 };
    state.outbox.push(queued);
    renderUnsent(queued);
    tidy();
    scrollDown();
    rememberTab();
    pump();
  }

  const FILE_KINDS = ["image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"];
  const FILE_BYTES = 10 * 1024 * 1024;

  /** Takes chosen, pasted or dropped files; what the server would refuse anyway is said at once. */
  function attach(files) {
    if (state.owner === "closed") return;
    for (const file of files) {
      const wrong = file.size > FILE_BYTES ? "fileLarge" : FILE_KINDS.includes(file.type) ? "" : "fileKind";
      if (wrong) showStrip(t(wrong, { name: file.name }));
      else enqueue({ text: file.name, file });
    }
    focusInput();
  }

  function onPaste(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    attach(event.clipboardData.files);
  }

  function onDrag(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    ui.panel.classList.toggle("dropping", event.type === "dragover");
    if (event.type === "drop") attach(event.dataTransfer.files);
  }

  /** How far an upload is, as a bar and in words that change while it goes on. */
  function uploadMeter(item) {
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
  function upload(item) {
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
      sending.onload = () => (sending.status < 300 ? resolve(sending.response || {}) : reject(new Problem(sending.status, sending.response || {}, Number(sending.getResponseHeader("Retry-After")) || 0)));
      sending.onerror = sending.onabort = () => reject(new Problem(0));
      sending.send(body);
    });
  }

  let pumping = false;
  let pumpTimer = 0;

  /** Sends what waits, in order, one at a time. The client_id makes a repeated attempt harmless. */
  async function pump() {
    clearTimeout(pumpTimer);
    if (pumping) return;
    pumping = true;
    try {
      for (let item; (item = state.outbox.find((each) => each.status !== "failed")); ) {
        if (!(await attempt(item))) break;
      }
    } finally {
      pumping = false;
    }
  }

  /** True when the next item may follow at once. */
  async function attempt(item) {
    if (state.owner === "bot") state.awaiting = Date.now() + 20000;
    showTyping();
    try {
      await ready();
      if (!state.outbox.includes(item)) return true;
      const { clientId, text, button, action, file } = item;
      const answer = file ? await upload(item) : await request("POST", "/messages", { body: { client_id: clientId, ...(button ? { button } : action ? { action } : { text }) } });
      const messages = answer.messages || [];
      const own = messages.find((message) => message.author === "customer");
      if (own && !own.client_id) own.client_id = clientId;
      receive(messages);
      setOwner(answer);
      lineWorks();
      const left = state.outbox.indexOf(item);
      if (left >= 0) {
        state.outbox.splice(left, 1); // accepted without an echo: reading on brings it
        item.node.remove();
        tidy();
      }
      rememberTab();
      wake();
      return true;
    } catch (problem) {
      return await sendingFailed(item, problem);
    }
  }

  async function sendingFailed(item, problem) {
    if (!state.outbox.includes(item)) return true; // the stream has already confirmed it
    state.awaiting = 0;
    const passing = problem.status === 0 || problem.status === 429 || problem.status >= 500 || problem.status === 408;
    if (refused(problem) && (await renewIfGone().catch(() => false))) return true; // text goes to the new conversation
    if (problem.code === "conversation_closed") setOwner({ owner: "closed" });
    item.attempts += 1;
    const again = passing && item.attempts < ATTEMPTS;
    item.status = again ? "waiting" : "failed";
    item.problem = again ? t(problem.status ? "waitingServer" : "waitingNetwork") : problem.detail || t(problem.status ? "failed" : "failedNetwork");
    renderUnsent(item);
    if (!again) {
      ui.announce.textContent = item.problem;
      emit("error", { status: problem.status, code: problem.code });
    }
    tidy();
    if (atBottom()) scrollDown();
    if (again) pumpTimer = setTimeout(pump, Math.max(problem.retryAfter * 1000, Math.min(MAX_BACKOFF_MS, 1000 * 2 ** (item.attempts - 1))));
    return !again;
  }

  function retry(item) {
    Object.assign(item, { status: "sending", attempts: 0, problem: "" });
    renderUnsent(item);
    tidy();
    pump();
    focusInput();
  }

  function takeBack(item) {
    state.outbox = state.outbox.filter((other) => other !== item);
    item.node.remove();
    if (item.sending) item.sending.abort();
    if (!item.button && !item.action && !item.file) ui.input.value = [item.text, ui.input.value].filter(Boolean).join("\n");
    onInput();
    tidy();
    rememberTab();
    focusInput();
  }

  // ── 11. Receiving
  // One loop. It streams while someone may be answering, polls where streaming does not get through, looks once a
  // minute while the panel is closed, and rests while the page is hidden.

  const line = { run: 0, abort: null, wake: null, quietPolls: 0, badStreams: 0, streamAgainAt: 0 };

  const lively = () => state.open || state.owner === "queued" || state.owner === "agent";

  /** Starts, keeps or stops the loop according to what is going on. */
  function listen() {
    const wanted = state.id && state.loaded && (!document.hidden || (state.sound && lively())); // who wants to hear it must be told
    if (!wanted) return stopListening();
    if (!line.abort) receiveLoop(++line.run);
    else if (line.streaming && !lively()) line.abort.abort();
    else wake();
  }

  function stopListening() {
    line.run += 1;
    if (line.abort) line.abort.abort();
    line.abort = null;
    wake();
  }

  /** Ends the loop's current pause. */
  function wake() {
    line.quietPolls = 0;
    if (line.wake) line.wake();
  }

  const pause = (ms) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    line.wake = () => (clearTimeout(timer), resolve());
  });

  async function receiveLoop(run) {
    const current = () => run === line.run;
    while (current()) {
      line.abort = new AbortController();
      const { signal } = line.abort;
      try {
        if (lively() && typeof ReadableStream === "function" && Date.now() >= line.streamAgainAt) await stream(signal);
        else await poll(signal);
        if (!current()) return;
        if (state.failures) lineWorks();
        if (Date.now() < line.streamAgainAt || !lively()) await pause(pollDelay());
        else await pause(200);
      } catch (problem) {
        if (!current()) return;
        if (signal.aborted) continue;
        if (refused(problem) && (await renewIfGone().catch(() => false))) return;
        state.failures += 1;
        showLine();
        await pause((problem.retryAfter || 0) * 1000 + Math.min(MAX_BACKOFF_MS, 1000 * 2 ** Math.min(state.failures - 1, 5)) * (0.8 + Math.random() * 0.4));
      }
    }
  }

  /** Reads server-sent events with fetch, because EventSource cannot carry the token in a header. */
  async function stream(outer) {
    const abort = new AbortController();
    outer.addEventListener("abort", () => abort.abort());
    let heard = 0; // when the last byte came
    let silent = false;
    const began = Date.now();
    const watch = setInterval(() => {
      if (!heard) poll(abort.signal).catch(() => {}); // a proxy may be holding the stream back
      if (Date.now() - (heard || began) < (heard ? SILENT_STREAM_MS : SILENT_STREAM_MS / 2)) return;
      silent = true;
      abort.abort();
    }, 5000);
    line.streaming = true;
    try {
      const response = await request("GET", `/events?after=${state.cursor}`, { headers: { Accept: "text/event-stream" }, signal: abort.signal, timeout: 0, raw: true });
      if (!response.body || !/event-stream/.test(response.headers.get("Content-Type") || "")) throw new Problem(501);
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let buffer = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        heard = Date.now();
        if (heard - began > 5000) line.badStreams = 0;
        if (state.failures) lineWorks();
        buffer += decoder.decode(value, { stream: true }).replace(/\r/g, "");
        const parts = buffer.split("\n\n");
        buffer = parts.pop();
        parts.forEach(takeEvent);
      }
    } catch (problem) {
      if (outer.aborted || heard) return; // ended by us, or a line that worked until now: simply read on
      if (problem.status === 401 || (problem.status === 0 && !silent && line.badStreams < 2)) {
        line.badStreams += 1;
        throw problem;
      }
      noStream();
    } finally {
      line.streaming = false;
      clearInterval(watch);
    }
    if (!outer.aborted && Date.now() - began < 3000) noStream(); // ended at once: the server has no room for streams
  }

  /** Streaming did not work: poll for a while, longer each time. */
  function noStream() {
    line.badStreams += 1;
    line.streamAgainAt = Date.now() + 15000 * 2 ** Math.min(line.badStreams, 6);
  }

  /** One server-sent event: its lines, without the blank one that ends it. */
  function takeEvent(block) {
    let type = "message";
    const data = [];
    for (const row of block.split("\n")) {
      if (row.startsWith("event:")) type = row.slice(6).trim();
      else if (row.startsWith("data:")) data.push(row.slice(5).replace(/^ /, ""));
    }
    if (!data.length) return;
    let value;
    try {
      value = JSON.parse(data.join("\n"));
    } catch {
      return;
    }
    if (type === "message") {
      receive([value]);
      state.cursor = Math.max(state.cursor, value.seq || 0);
    } else if (type === "owner") setOwner(value);
    else if (type === "typing") setTyping(value);
  }

  async function poll(signal) {
    for (;;) {
      const answer = await request("GET", `/messages?after=${state.cursor}&limit=${PAGE_SIZE}`, { signal });
      const messages = answer.messages || [];
      const newest = Math.max(state.cursor, ...messages.map((message) => message.seq));
      if (messages.some((message) => !state.items.has(message.seq))) line.quietPolls = 0;
      receive(messages);
      setOwner(answer);
      const more = newest > state.cursor && messages.length >= PAGE_SIZE;
      state.cursor = newest;
      if (!more) break;
    }
    line.quietPolls += 1;
    if (state.owner === "queued" && line.quietPolls % 5 === 0) await refreshQueue(signal);
  }

  /** 1 s while something is expected, 1–3 s with a person, growing to 15 s when nothing happens. */
  function pollDelay() {
    if (!lively()) return BACKGROUND_POLL_MS;
    if (state.awaiting > Date.now() || state.outbox.length) return 1000;
    const grown = 1000 * 1.25 ** Math.max(0, line.quietPolls - (state.owner === "agent" ? 60 : 3));
    return Math.min(grown, state.owner === "agent" ? 3000 : state.owner === "queued" ? 4000 : 15000);
  }

  async function refreshQueue(signal) {
    const conversation = await request("GET", "", { signal });
    setOwner(conversation);
  }

  function setTyping(value) {
    const on = value.typing !== false;
    const name = value.name || (value.author === "bot" || state.owner === "bot" ? t("bot") : state.agentName || t("agent"));
    state.typing = on ? { name, until: Date.now() + 6000 } : null;
    if (!on) state.awaiting = 0;
    showTyping();
  }

  function lineWorks() {
    state.failures = 0;
    showLine();
  }

  function showLine() {
    if (state.failures >= 2) showStrip(t("reconnecting"), null, true);
    else if (ui.strip.dataset.line) showStrip("");
  }

  /** A line of news under the banner; `aboutLine` ones vanish when the connection is back. */
  function showStrip(text, node = null, aboutLine = false) {
    if (ui.strip.textContent === text && !node) return;
    ui.strip.replaceChildren(text, ...(node ? [node] : []));
    ui.strip.hidden = !text;
    ui.strip.toggleAttribute("data-line", aboutLine);
    ui.strip.dataset.line = aboutLine ? "1" : "";
    clearTimeout(ui.stripTimer);
    if (text && !aboutLine && !node) ui.stripTimer = setTimeout(() => showStrip(""), 10000);
  }

  /** Takes over who owns the conversation from any answer or event that tells. */
  function setOwner(news) {
    if (!news || !news.owner) return;
    const changed = news.owner !== state.owner;
    state.owner = news.owner;
    if (news.owner !== "agent") state.agentName = "";
    else if (news.name) state.agentName = news.name;
    if (news.owner !== "queued") state.queue = null;
    else if (news.queue) state.queue = news.queue;
    else if (changed) refreshQueue().catch(() => {});
    if (changed) {
      if (news.owner !== "bot") state.awaiting = 0;
      state.typing = null;
      tidy();
      emit("owner", { owner: state.owner, name: state.agentName });
      listen();
    }
    if (news.owner === "agent" && !state.agentName) {
      const last = [...state.items.values()].reverse().find(({ message }) => message.author === "agent" && message.name);
      if (last) state.agentName = last.message.name;
    }
    showOwner();
  }

  function showOwner() {
    const { owner, agentName, queue, broken, loaded } = state;
    const called = state.language === "zh" && /\w$/.test(agentName) ? `${agentName} ` : agentName;
    const queuedText = () => (queue && (queue.text || (queue.position && t("ownerQueuedAt", { n: queue.position })))) || t("ownerQueued");
    const text = broken
      ? broken
      : !loaded
        ? t("connecting")
        : { queued: queuedText, agent: () => (called ? t("ownerAgent", { name: called }) : t("ownerAgentUnnamed")), closed: () => t("ownerClosed") }[owner]?.() || t("ownerBot");
    if (ui.bannerText.textContent !== text) ui.bannerText.textContent = text;
    ui.banner.className = `banner ${broken ? "queued" : owner}`;
    ui.bannerIcon.replaceChildren(icon(broken ? "alert" : { queued: "clock", agent: "person", closed: "check" }[owner] || "bot"));
    ui.startNew.hidden = !(broken || owner === "closed");
    ui.startNew.textContent = t(broken ? "retry" : "startNew");
    ui.waiting.hidden = broken || !loaded || owner !== "queued";
    const closed = owner === "closed" && !broken;
    if (ui.input.disabled !== closed) {
      ui.input.disabled = closed;
      onInput();
    }
  }

  // ── 12. The panel

  let audio = null;

  /** A short soft tone, made here: no file, nothing to load. Only for those who have switched it on. */
  function chime() {
    if (!state.sound || !window.AudioContext) return;
    audio = audio || new AudioContext();
    const [tone, volume, now] = [audio.createOscillator(), audio.createGain(), audio.currentTime];
    tone.frequency.value = 620;
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.4);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(now + 0.4);
  }

  function switchSound() {
    state.sound = !state.sound;
    remember();
    showSound();
    chime(); // how it sounds; and the browser lets a page sound only after a click
  }

  function showSound() {
    ui.soundText.textContent = t(state.sound ? "soundOn" : "soundOff");
    ui.sound.setAttribute("aria-pressed", String(state.sound));
  }

  let focusBefore = null;

  function openPanel({ focus = true } = {}) {
    if (state.open) return focus && focusInput();
    state.open = true;
    focusBefore = focus ? deepActive() : null;
    ui.panel.hidden = false;
    ui.root.classList.add("opened");
    ui.launcher.setAttribute("aria-expanded", "true");
    ui.launcherIcon.replaceChildren(icon("down"));
    fit();
    if (state.loaded) {
      renderSoon();
      listen();
    } else begun();
    scrollDown();
    if (focus) focusInput();
    markSeen();
    rememberTab();
    emit("open");
  }

  function closePanel() {
    if (!state.open) return;
    const hadFocus = shadow.activeElement;
    state.open = false;
    ui.panel.hidden = true;
    ui.root.classList.remove("opened");
    ui.launcher.setAttribute("aria-expanded", "false");
    ui.launcherIcon.replaceChildren(icon("chat"));
    fit();
    showUnread();
    if (hadFocus) {
      const back = focusBefore && focusBefore !== document.body && focusBefore.isConnected ? focusBefore : ui.launcher;
      back.focus({ preventScroll: true });
    }
    listen();
    rememberTab();
    emit("close");
  }

  function toggle() {
    if (state.open) closePanel();
    else openPanel();
  }

  /** The focused element, also inside our own shadow root. */
  const deepActive = () => (document.activeElement === host ? shadow.activeElement : document.activeElement);

  /** To the input with a keyboard at hand; on touch the on-screen keyboard must not cover the conversation unasked. */
  function focusInput() {
    if (!state.open) return;
    const touch = matchMedia("(pointer: coarse)").matches;
    const typing = shadow.activeElement === ui.input;
    if ((touch && !typing) || ui.input.disabled) ui.panel.focus({ preventScroll: true });
    else ui.input.focus({ preventScroll: true });
  }

  /** Live announcements begin only after the history is in place. */
  function renderSoon() {
    setTimeout(() => ui.log.setAttribute("aria-live", "polite"), 300);
  }

  let typedAt = 0;

  function onInput() {
    const { input, counter, send } = ui;
    const left = limit() - length(input.value.trim());
    input.style.height = "auto";
    input.style.height = `${Math.min(130, input.scrollHeight + 2)}px`;
    input.style.overflowY = input.scrollHeight > 130 ? "auto" : "hidden";
    const text = left < 0 ? t("tooLong", { n: -left, limit: limit() }) : left <= 200 ? t("counter", { n: left }) : "";
    if (counter.textContent !== text) counter.textContent = text;
    counter.className = left < 0 ? "problem" : "";
    input.setAttribute("aria-invalid", String(left < 0));
    counter.previousSibling.hidden = !!text;
    send.disabled = left < 0 || !input.value.trim() || input.disabled;
    if (state.owner !== "agent" || send.disabled || Date.now() < typedAt + 4000) return;
    typedAt = Date.now(); // the agent sees that, not what
    request("POST", "/typing").catch(() => {});
  }

  function onInputKey(event) {
    // While an input method is composing, Enter picks a word (keyCode 229: Safari says so after composition ended)
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  }

  function onPanelKey(event) {
    if (event.key === "Escape" && !event.isComposing && state.open) {
      event.preventDefault();
      closePanel();
    }
    if (event.key === "Tab" && state.open && fullScreenQuery.matches) {
      const stops = [...ui.panel.querySelectorAll("button, a[href], textarea, input, [tabindex='0']")].filter((node) => !node.disabled && node.getClientRects().length);
      const at = stops.indexOf(shadow.activeElement);
      if (event.shiftKey ? at <= 0 : at === stops.length - 1) {
        event.preventDefault();
        stops[event.shiftKey ? stops.length - 1 : 0].focus();
      }
    }
  }

  let pageOverflow = null;

  /** Full screen: follows the on-screen keyboard, keeps the page beneath from scrolling, and is modal to assistive technology. */
  function fit() {
    const full = state.open && fullScreenQuery.matches;
    const page = document.documentElement;
    if (full && pageOverflow === null) {
      pageOverflow = page.style.overflow;
      page.style.overflow = "hidden";
    } else if (!full && pageOverflow !== null) {
      page.style.overflow = pageOverflow;
      pageOverflow = null;
    }
    ui.panel.setAttribute("aria-modal", String(full));
    const view = window.visualViewport;
    if (!full || !view || view.scale > 1.01) return; // zoomed in: the customer moves the view, not we
    const wasAtBottom = atBottom();
    ui.root.style.setProperty("--top", `${view.offsetTop}px`);
    ui.root.style.setProperty("--height", `${view.height}px`);
    ui.root.classList.toggle("keyboard", window.innerHeight - view.height > 120);
    if (wasAtBottom) scrollDown();
  }

  const lastSeq = () => Math.max(0, ...state.items.keys());

  function unread() {
    let count = 0;
    for (const { message } of state.items.values()) count += message.seq > state.seen && (message.author === "bot" || message.author === "agent");
    return count;
  }

  function markSeen() {
    if (state.open && !document.hidden && lastSeq() > state.seen) {
      state.seen = lastSeq();
      remember();
    }
    showUnread();
  }

  let unreadBefore = 0;

  function showUnread() {
    const count = state.open ? 0 : unread();
    ui.badge.hidden = !count;
    ui.badge.textContent = count > 99 ? "99+" : String(count);
    ui.launcher.setAttribute("aria-label", state.open ? t("close") : count ? t("launcherUnread", { n: count }) : t("launcher"));
    if (count !== unreadBefore) emit("unread", { count });
    unreadBefore = count;
  }

  function chooseLanguage(language) {
    if (spoken(language) === state.language) return;
    setLanguage(language);
    if (state.open) ui.language.focus();
  }

  // ── 13. What the page may call

  const listeners = new Map();

  /** Tells the page. Never the text of a message: a transcript is the customer's. */
  function emit(event, detail = {}) {
    for (const fn of listeners.get(event) || []) {
      try {
        fn(detail);
      } catch (error) {
        setTimeout(() => {
          throw error; // the page's own mistake, reported as such
        });
      }
    }
  }

  /** Listens to ready, open, close, message, ticket, unread, owner, error or identityrefused; gives the function that stops. */
  function on(event, fn) {
    listeners.set(event, [...(listeners.get(event) || []), fn]);
    return () => listeners.set(event, listeners.get(event).filter((other) => other !== fn));
  }

  function setLanguage(language) {
    state.language = spoken(language) || "zh";
    state.chosenLanguage = state.language;
    state.untold = !!state.id;
    remember();
    relabel();
    renderAll();
    scrollDown();
    tellLanguage();
  }

  /** Tells the server which language was chosen; if a reload or the network comes between, at the next beginning. */
  function tellLanguage() {
    const { language, loaded, untold } = state;
    if (!loaded || !untold) return;
    request("POST", "/language", { body: { language } })
      .then(() => {
        state.untold = language !== state.language;
        remember();
        return state.owner === "queued" && refreshQueue();
      })
      .catch(() => {});
  }

  /**
   * Names the signed-in customer by a token from the company's own backend; null after signing out.
   * Another person's conversation is dropped at once. One begun anonymously is replaced too, unless a member of staff
   * is already in it.
   */
  function identify(token) {
    const person = fingerprint(token);
    state.identity = token || "";
    if (starting) return void starting.catch(() => {}).then(() => state.identity === (token || "") && identify(token));
    const anonymousWithStaff = !state.person && person && ["queued", "agent"].includes(state.owner);
    if (!state.id || state.person === person || anonymousWithStaff) return;
    const wasLoaded = state.items.size > 1;
    state.outbox = [];
    ui.input.value = "";
    forget({ everywhere: true });
    rememberTab();
    if (!state.open) return;
    starting = create(wasLoaded ? "identityChanged" : "").finally(() => (starting = null));
    begun();
  }

  const gone = new AbortController();
  const untilGone = { signal: gone.signal };
  const repaint = new MutationObserver(() => paint()); // the page switches its theme, or the tag's colour

  /** Takes the widget off the page, as if it had never been there; the conversation stays for the next page. */
  function destroy() {
    closePanel();
    stopListening();
    state.loaded = false;
    gone.abort();
    repaint.disconnect();
    for (const timer of [pumpTimer, ui.typingTimer, ui.stripTimer]) clearTimeout(timer);
    if (audio) audio.close();
    host.remove();
    listeners.clear();
    delete window[GLOBAL];
  }

  const api = { origin: ORIGIN, open: () => openPanel(), close: closePanel, toggle, identify, on, setLanguage, destroy };

  // ── 14. Start

  /** The other tabs' news: what they have seen, a conversation they replaced. */
  function onStorage(event) {
    if (event.key !== STORE_KEY || !event.newValue) return;
    const news = readJson("localStorage", STORE_KEY) || {};
    if (news.id !== state.id && !starting) {
      forget();
      Object.assign(state, { id: news.id, token: news.token, config: news.config || {}, person: news.person || "", thumbs: news.thumbs || {} });
      if (state.id || state.open) begun();
    }
    state.seen = Math.max(state.seen, news.seen || 0);
    showUnread();
  }

  function start() {
    build();
    document.addEventListener("visibilitychange", () => {
      markSeen();
      listen();
      if (!document.hidden) pump();
    }, untilGone);
    window.addEventListener("online", () => {
      line.streamAgainAt = 0;
      for (const item of state.outbox) if (item.status === "waiting") item.attempts = 0;
      pump();
      wake();
      if (state.broken && state.open) begun();
    }, untilGone);
    window.addEventListener("storage", onStorage, untilGone);
    window.addEventListener("pagehide", stopListening, untilGone); // an open stream would keep the page out of the back/forward cache
    window.addEventListener("pageshow", (event) => event.persisted && listen(), untilGone);
    fullScreenQuery.addEventListener("change", fit, untilGone);
    if (window.visualViewport) for (const type of ["resize", "scroll"]) window.visualViewport.addEventListener(type, fit, untilGone);
    if (state.identity && state.id && state.person !== fingerprint(state.identity)) forget({ everywhere: true });
    const tab = readJson("sessionStorage", STORE_KEY) || {};
    window[GLOBAL] = api;
    for (const [method, ...values] of (waiting && waiting.queue) || []) if (typeof api[method] === "function") api[method](...values);
    if (option.open === "true" || tab.open) openPanel({ focus: false });
    else if (state.id) ready().catch(() => {});
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
