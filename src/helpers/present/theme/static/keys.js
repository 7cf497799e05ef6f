// One stop of the Tab key for what belongs together: the contents, the links of a table or a list, the
// numbers and terms of a section. Arrow keys go through them; without scripts each is its own stop.
"use strict";
(() => {
  const LISTS = ".cell, nav.contents, .arms, .citation-list, ul.items, .frame, header.top, nav.turn, .page-foot dd"; // all their links are one stop
  const PROSE = "details, section, article"; // of these only what explains a word or a number, while nothing comes between
  const MEMBERS = "nav.contents :is(a, summary), header.top button, nav.turn a, .page-foot dd a, .arms button, .citation-list a, ul.items a, article .frame a, article :is(.num, .assumed, .claim, .copy, a.internal[href*='#'])";
  const STOPS = "a[href]:not(.headerlink), button, input, select, summary, figure .frame";
  const VERTICAL = { ArrowUp: -1, ArrowDown: 1 }, ALONG = { ArrowLeft: -1, ArrowRight: 1 };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const isMember = (element) => element.matches(MEMBERS) && !element.matches(".headerlink, .card *");
  const groups = new Map(); // member -> { list, whole }, those that one stop stands for
  const chosen = new WeakSet(); // the members that the Tab key reaches

  function choose(group, element) {
    for (const member of group.list) {
      member.tabIndex = member === element ? 0 : -1;
      if (member === element) chosen.add(member); else chosen.delete(member);
    }
  }

  // each member into its group, in the order of the page; also what was added or unfolded since
  function gather() {
    const lists = new Map();
    let run = null, around = null;
    groups.clear();
    for (const element of document.querySelectorAll(STOPS)) {
      const box = isMember(element) ? element.closest(".cell") ?? element.closest(LISTS) : null;
      const prose = isMember(element) && !box ? element.closest(PROSE) : null;
      if (box && !lists.has(box)) lists.set(box, { list: [], whole: true });
      if (!prose) run = null; else if (!run || around !== prose) run = { list: [], whole: false };
      around = prose;
      const group = box ? lists.get(box) : run;
      if (group) { group.list.push(element); groups.set(element, group); }
    }
    for (const group of new Set(groups.values())) {
      const there = group.list.filter(seen);
      // a frame that scrolls needs a stop within
      choose(group, there.find((element) => chosen.has(element)) ?? there.find((element) => element.closest(".frame")) ?? there[0] ?? group.list[0]);
    }
  }

  function nextIn(group, from, key) {
    const list = group.list.filter(seen), at = list.indexOf(from);
    if (ALONG[key]) return list[at + ALONG[key]];
    if (!group.whole) return null;
    if (key === "Home" || key === "End") return list.at(key === "Home" ? 0 : -1);
    if (!VERTICAL[key]) return null;
    if (!from.closest("td, th")) return list[at + VERTICAL[key]];
    const column = from.closest("td, th").cellIndex, row = (element) => element.closest("tr")?.rowIndex ?? -1;
    const others = list.filter((element) => element.closest("td, th")?.cellIndex === column && (row(element) - row(from)) * VERTICAL[key] > 0);
    return VERTICAL[key] > 0 ? others[0] : others.at(-1);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const group = groups.get(event.target);
    const next = group && nextIn(group, event.target, event.key);
    if (!next || next === event.target) return;
    event.preventDefault();
    next.focus();
  });

  const hint = document.createElement("p");
  hint.className = "keys-hint";
  hint.setAttribute("role", "status");
  document.body.append(hint);
  document.addEventListener("focusin", (event) => {
    const group = groups.get(event.target);
    if (!group) { hint.textContent = ""; return; }
    choose(group, event.target);
    const count = group.list.filter(seen).length;
    hint.textContent = count > 1 && event.target.matches(":focus-visible") ? bookSay(`Arrow keys: ${count} links here`, `方向键：此处 ${count} 个链接`) : "";
  });
  document.addEventListener("focusout", (event) => { if (!event.relatedTarget) hint.textContent = ""; });

  // a frame is a stop of its own only where it scrolls and holds no link that would scroll it
  const sizes = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  document.addEventListener("toggle", gather, true);
  window.bookKeys = gather;
  gather();
  for (const frame of document.querySelectorAll("article .frame:has(> table)")) {
    if ([...frame.querySelectorAll("a")].some((link) => groups.has(link))) frame.removeAttribute("tabindex"); else sizes.observe(frame);
  }
})();
