// Finds sections, figures, tables, claims and terms in the index of the book; all on this device.
"use strict";
(() => {
  const { pages, entries } = window.BOOK_INDEX;
  const kinds = ["Section", "Figure", "Table", "Claim", "Term"];
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

  function search(query) {
    const words = plain(query).split(/\s+/).filter(Boolean);
    hits.replaceChildren();
    if (!words.length) { found.textContent = "Type a word."; return; }
    const ranked = entries.map((e) => [score(e, words), e]).filter(([s]) => s > 0).sort((a, b) => b[0] - a[0]);
    found.textContent = ranked.length ? `${ranked.length} ${ranked.length === 1 ? "place" : "places"} for “${query}”` + (ranked.length > 40 ? ", the best 40 shown" : "") : `Nothing for “${query}”. Try one word, or its beginning.`;
    for (const [, [page, anchor, kind, title, text]] of ranked.slice(0, 40)) {
      const item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("p"), about = document.createElement("p");
      link.href = pages[page][0] + (anchor ? `#${anchor}` : "");
      link.append(marked(title, words));
      where.className = "where";
      where.textContent = `${kinds[kind]} · ${pages[page][1]}`;
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
