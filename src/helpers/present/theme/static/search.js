// Finds sections, figures, tables, claims and terms in the index of the book; all on this device.
"use strict";
(() => {
  const { pages, entries } = window.BOOK_INDEX;
  const say = document.documentElement.lang.startsWith("zh") ? {
    kinds: ["章节", "图", "表", "论断", "术语"], empty: "请输入词语。", best: ",显示最相关的 40 处",
    found: (n, query) => `“${query}”共 ${n} 处`, nothing: (query) => `没有找到“${query}”。请换一个更短的词。`,
  } : {
    kinds: ["Section", "Figure", "Table", "Claim", "Term"], empty: "Type a word.", best: ", the best 40 shown",
    found: (n, query) => `${n} ${n === 1 ? "place" : "places"} for “${query}”`,
    nothing: (query) => `Nothing for “${query}”. Try one word, or its beginning.`,
  };
  const found = document.getElementById("found"), hits = document.getElementById("hits");
  const box = document.getElementById("q");
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  function score(entry, words) {
    let total = 0;
    for (const word of words) {
      const inTitle = plain(entry[3]).includes(word);
      const parts = plain(entry[4]).split(word).length - 1;
      if (!inTitle && !parts) return 0;
      total += (inTitle ? 12 : 0) + Math.min(parts, 4);
    }
    return total + (entry[2] ? 3 : 0);
  }

  function excerpt(text, words) {
    const at = Math.min(...words.map((w) => plain(text).indexOf(w)).filter((i) => i >= 0), text.length);
    const start = Math.max(0, at === text.length ? 0 : at - 60);
    return (start ? "… " : "") + text.slice(start, start + 200) + (start + 200 < text.length ? " …" : "");
  }

  function marked(text, words) {
    const span = document.createElement("span"), low = plain(text);
    if (low.length !== text.length) { span.textContent = text; return span; }
    let i = 0;
    while (i < text.length) {
      const next = words.map((w) => [low.indexOf(w, i), w]).filter(([k]) => k >= 0).sort((a, b) => a[0] - b[0] || b[1].length - a[1].length)[0];
      if (!next) break;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next[0], next[0] + next[1].length);
      span.append(text.slice(i, next[0]), mark);
      i = next[0] + next[1].length;
    }
    span.append(text.slice(i));
    return span;
  }

  // Chinese has no spaces between words: its runs are looked for as pairs of characters
  const pairs = (word) => word.match(/\p{Script=Han}+|[^\p{Script=Han}]+/gu).flatMap((run) =>
    /\p{Script=Han}/u.test(run) && run.length > 2 ? [...run].slice(1).map((c, i) => [...run][i] + c) : [run]);

  function search(query) {
    const words = plain(query).split(/[\s,。、?]+/).filter(Boolean).flatMap(pairs);
    hits.replaceChildren();
    if (!words.length) { found.textContent = say.empty; return; }
    const ranked = entries.map((e) => [score(e, words), e]).filter(([s]) => s > 0).sort((a, b) => b[0] - a[0]);
    found.textContent = ranked.length ? say.found(ranked.length, query) + (ranked.length > 40 ? say.best : "") : say.nothing(query);
    for (const [, [page, anchor, kind, title, text]] of ranked.slice(0, 40)) {
      const item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("p"), about = document.createElement("p");
      link.href = pages[page][0] + (anchor ? `#${anchor}` : "");
      link.append(marked(title, words));
      where.className = "where";
      where.textContent = `${say.kinds[kind]} · ${pages[page][1]}`;
      about.append(marked(excerpt(text, words), words));
      item.append(link, where, about);
      hits.append(item);
    }
  }
  const query = new URLSearchParams(location.search).get("q") ?? "";
  box.value = query;
  search(query);
  box.addEventListener("input", () => search(box.value));
})();
