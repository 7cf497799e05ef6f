// What a page adds when scripts run: light or dark, definitions on hover or focus, copying code.
// A chart's own script is fetched when somebody points at the chart, never before.
"use strict";
const root = document.documentElement;
const base = document.body.dataset.root;

// names and numbers that a line would break at a hyphen, a stroke or a sign stay whole; what is
// searched for or copied stays as it is
const WHOLE = /[\w-]*-(?:MSCs?|CSF|[αβγ])(?![\w-])|\b(?:[Cc]ell-therapy|re-analysed|half-life|CD4\/CD8)\b|(?:\b[a-z]+|个|拷贝)\/(?:[mµ]?L|month|year|月)(?!\w)|(?:\b[Pn]\s)?[=<>≤]\s?[\d.,]*\d|\b\d+% CI\b/g;
{
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (text) =>
    !text.parentElement.closest("script, style, pre, code, svg, option") && text.data.search(WHOLE) >= 0 ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
  const found = [];
  while (texts.nextNode()) found.push(texts.currentNode);
  for (const text of found) {
    const parts = document.createDocumentFragment();
    let end = 0;
    for (const match of text.data.matchAll(WHOLE)) {
      const whole = document.createElement("span");
      whole.className = "whole";
      whole.textContent = match[0];
      parts.append(text.data.slice(end, match.index), whole);
      end = match.index + match[0].length;
    }
    parts.append(text.data.slice(end));
    text.replaceWith(parts);
  }
}

const shade = document.querySelector("button.shade");
const dark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
shade.hidden = false;
shade.setAttribute("aria-pressed", dark());
shade.addEventListener("click", () => {
  root.dataset.theme = dark() ? "light" : "dark";
  shade.setAttribute("aria-pressed", dark());
  try { localStorage.setItem("book-theme", root.dataset.theme); } catch { /* not kept */ }
});

// readers who came for the text may fold the code away; reviewers find it open, but on a phone
const codes = document.querySelector("button.codes");
const withCode = () => root.dataset.code !== "hidden";
codes.hidden = !document.querySelector(".cell_input");
codes.setAttribute("aria-pressed", withCode());
codes.addEventListener("click", () => {
  root.dataset.code = withCode() ? "hidden" : "shown";
  codes.setAttribute("aria-pressed", withCode());
  try { localStorage.setItem("book-code", root.dataset.code); } catch { /* not kept */ }
});

// one tip for the whole page; its text is that of the element's title
const tip = document.createElement("div");
tip.className = "tip";
tip.id = "tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
document.body.append(tip);
window.bookTip = { show: showTip, hide: hideTip };

function showTip(text, box) {
  tip.textContent = text;
  tip.hidden = false;
  const width = tip.offsetWidth, height = tip.offsetHeight;
  const left = Math.max(8, Math.min(box.left + box.width / 2 - width / 2, innerWidth - width - 8));
  const above = box.top > height + 12;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(above ? box.top - height - 8 : box.bottom + 8) + scrollY}px`;
}

function hideTip() {
  tip.hidden = true;
  document.querySelector("[aria-describedby=tip]")?.removeAttribute("aria-describedby");
}

function titled(event) {
  const element = event.target.closest?.("article [title], article [data-tip]");
  if (!element) return;
  if (element.title) {
    element.dataset.tip = element.title;
    element.removeAttribute("title");
  }
  element.setAttribute("aria-describedby", "tip");
  showTip(element.dataset.tip, element.getClientRects()[0] ?? element.getBoundingClientRect());
}
document.addEventListener("pointerover", titled);
document.addEventListener("focusin", titled);
document.addEventListener("pointerout", (event) => {
  if (event.target.closest?.("[data-tip]") && event.relatedTarget !== tip) hideTip();
});
tip.addEventListener("pointerleave", hideTip);
document.addEventListener("focusout", hideTip);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });

// what is copied is said, on the screen and to a screen reader
let status;
function announce(text) {
  if (!status) {
    status = document.createElement("p");
    status.className = "sr-only";
    status.setAttribute("role", "status");
    document.body.append(status);
  }
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 50);
}

async function copied(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { return false; }
}

// a figure's number and a claim's link lead to themselves; where scripts run they copy themselves too
for (const link of document.querySelectorAll("a.self")) {
  link.title = bookSay(`${link.title}; choosing it copies the link`, `${link.title}；选择即复制链接`);
  link.addEventListener("click", async () => {
    const text = await copied(link.href) ? bookSay("Link copied", "链接已复制") : bookSay("The link is in the address bar", "链接在地址栏中");
    announce(text);
    showTip(text, link.getBoundingClientRect());
  });
}

// code that can be copied
const copyText = (said, number) => {
  const which = document.createElement("span");
  which.className = "sr-only";
  which.textContent = bookSay(` code ${number}`, `代码 ${number}`);
  return [said, which];
};
for (const [at, block] of document.querySelectorAll("div.highlight").entries()) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.append(...copyText(bookSay("Copy", "复制"), at + 1));
  button.addEventListener("click", async () => {
    const done = await copied(block.querySelector("pre").innerText);
    if (!done) getSelection().selectAllChildren(block.querySelector("pre"));
    button.textContent = done ? bookSay("Copied", "已复制") : bookSay("Selected", "已选中");
    announce(bookSay(`Code ${at + 1} ${button.textContent.toLowerCase()}`, `代码 ${at + 1} ${button.textContent}`));
    setTimeout(() => button.replaceChildren(...copyText(bookSay("Copy", "复制"), at + 1)), 1500);
  });
  block.append(button);
}

// a link into something folded unfolds it
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  let folded = target.closest("details:not([open])");
  if (!folded) return;
  for (; folded; folded = folded.parentElement.closest("details:not([open])")) folded.open = true;
  target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();

// charts: their script comes when one is pointed at, focused, or an arm was chosen on another page
const asked = new Set();
function fetchScript(name) {
  if (asked.has(name)) return;
  asked.add(name);
  const script = document.createElement("script");
  script.src = `${base}_static/${name}`;
  document.head.append(script);
}
const charts = () => fetchScript("charts.js");
if (document.querySelector(".explorer")) fetchScript("explorer.js");
for (const figure of document.querySelectorAll("figure.chart")) {
  const marks = figure.querySelectorAll("[data-say]").length;
  if (marks) {
    const frame = figure.querySelector(".frame");
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", bookSay(`Values of the figure, ${marks}: arrow keys go through them`, `图中的值，共 ${marks} 个：用方向键逐个查看`));
  }
  for (const kind of ["pointerenter", "focusin", "touchstart"]) figure.addEventListener(kind, charts, { once: true, passive: true });
}
try { if (sessionStorage.getItem("book-arm") && document.querySelector("figure.chart")) charts(); } catch { /* not kept */ }

// the other language opens at the same place: the part of the page that is at the top of the screen
for (const link of document.querySelectorAll("a.language:not([data-elsewhere])")) {
  const aim = () => {
    const passed = [...document.querySelectorAll("article section[id], article figure[id], article tr[id]")]
      .filter((part) => (part.checkVisibility?.() ?? true) && part.getClientRects().length && part.getBoundingClientRect().top <= 100);
    const asked = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const top = asked?.getBoundingClientRect().top;
    const seen = asked && top > -100 && top < window.innerHeight;
    const at = seen ? asked.id : window.scrollY < 100 ? "" : passed.at(-1)?.id;
    link.hash = at ? `#${at}` : "";
  };
  for (const event of ["pointerdown", "focus", "click"]) link.addEventListener(event, aim);
}
