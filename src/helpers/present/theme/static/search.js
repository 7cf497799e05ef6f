// Finds sections, figures, tables, claims, terms and works in the index of the book; all on this device.
// A word that the glossary knows under another name is also looked for under that name.
"use strict";
(() => {
  const { pages, entries } = window.BOOK_INDEX;
  const say = document.documentElement.lang.startsWith("zh") ? {
    kinds: ["章节", "图", "表", "论断", "术语", "文献"], empty: "请输入词语。", best: (n) => `，显示最相关的 ${n} 处`,
    found: (n, query) => `“${query}”共 ${n} 处`, nothing: (query) => `没有找到“${query}”。请换一个更短的词。`,
    also: (names) => `，同时查找${names}`, comma: "、",
  } : {
    kinds: ["Section", "Figure", "Table", "Claim", "Term", "Reference"], empty: "Type a word.", best: (n) => `, the best ${n} shown`,
    found: (n, query) => `${n} ${n === 1 ? "place" : "places"} for “${query}”`,
    nothing: (query) => `Nothing for “${query}”. Try one word, or its beginning.`,
    also: (names) => `, also looked for as ${names}`, comma: ", ",
  };
  const [CLAIM, TERM, REFERENCE] = [3, 4, 5];
  const LAST = { [CLAIM]: 1, [REFERENCE]: 2 }; // come behind all that explains
  const SHOWN = 40;
  const SMALL = new Set("a an and are as at be by can did do does for from how i if in is it me my of on or the to was were what when which who why with you your".split(" "));
  const found = document.getElementById("found"), hits = document.getElementById("hits");
  const box = document.getElementById("q");
  const letter = (c) => c !== undefined && /[\p{L}\p{N}]/u.test(c);
  const chinese = (word) => /\p{Script=Han}/u.test(word);

  // one case, no accents, no hyphens: as long as the text wherever a letter stays one letter
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[-\u2010-\u2015'’_/:]/g, " ");
  const single = (word) => (word.length > 3 && /[^isu]s$/.test(word) ? word.slice(0, -1) : word);
  const words = (text) => plain(text).split(/\s+/).map((w) => w.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, "")).filter(Boolean);
  const telling = (list) => (list.every((word) => SMALL.has(word)) ? list : list.filter((word) => !SMALL.has(word)));
  const key = (list) => telling(list).map(single).join(" ");

  const texts = entries.map((entry) => [plain(entry[3]), plain(entry[4])]);
  const named = new Map(); // each name of a term or a page -> their places in `entries`
  entries.forEach(([, , kind, title, , others], at) => {
    for (const name of [...(kind === TERM ? [title] : []), ...(others ?? [])]) {
      const known = key(words(name));
      named.set(known, [...(named.get(known) ?? []), at]);
    }
  });

  // what is asked for: each part a list of ways to say it, each way a list of words that all must stand there
  function asked(query) {
    const all = words(query), parts = [];
    for (let i = 0; i < all.length;) {
      let size = Math.min(6, all.length - i);
      while (size > 1 && !named.has(key(all.slice(i, i + size)))) size -= 1;
      const said = all.slice(i, i + size), places = named.get(key(said)) ?? begun(said[0], all.length === 1);
      const terms = places.filter((at) => entries[at][2] === TERM).map((at) => entries[at][3]);
      if (places.length || !SMALL.has(said[0])) parts.push({ places, terms, ways: [said, ...pairs(said), ...terms.map(words)] });
      i += size;
    }
    return parts.length ? parts : all.map((word) => ({ places: [], terms: [], ways: [[word]] }));
  }

  // Chinese has no spaces between words: a run is also looked for as its pairs of characters
  const pairs = (said) => {
    const runs = said.flatMap((word) => word.match(/\p{Script=Han}+|[^\p{Script=Han}]+/gu));
    const cut = runs.flatMap((run) => (chinese(run) && run.length > 2 ? [...run].slice(1).map((c, i) => [...run][i] + c) : [run]));
    return said.some(chinese) && cut.length > said.length ? [cut] : [];
  };

  // a name that is still being typed, or a Chinese one that is longer
  function begun(word, alone) {
    if (!alone || (word.length < 4 && !chinese(word))) return [];
    return [...new Set([...named].filter(([name]) => (chinese(word) ? name.includes(word) : name.startsWith(word))).flatMap(([, at]) => at))];
  }

  // how often a text has a word: itself, as a beginning, within another
  function count(text, word) {
    let whole = 0, start = 0, within = 0;
    const stem = single(word);
    for (let i = text.indexOf(stem); i >= 0; i = text.indexOf(stem, i + stem.length)) {
      const rest = text.slice(i + stem.length, i + stem.length + 3);
      if (chinese(word) || (!letter(text[i - 1]) && (!letter(rest[0]) || (rest[0] === "s" && !letter(rest[1]))))) whole += 1;
      else if (!letter(text[i - 1])) start += 1;
      else within += 1;
    }
    if (word.length < 3) start = within = 0;
    return word.length < 4 ? [whole, start, 0] : [whole, start, within];
  }

  function wordScore([title, text], word) {
    const [whole, start, within] = count(title, word), [inside, begin, middle] = count(text, word);
    return (whole ? 12 : start ? 8 : within ? 3 : 0) + Math.min(inside, 4) + Math.min(begin, 4) * 0.6 + Math.min(middle, 2) * 0.2;
  }

  function wayScore(at, way) {
    let total = 0;
    for (const word of way) {
      const one = wordScore(texts[at], word);
      if (!one) return 0;
      total += one;
    }
    if (way.length < 2) return total;
    const phrase = way.join(" ");
    return total / way.length + (texts[at][0].includes(phrase) ? 10 : 0) + (texts[at][1].includes(phrase) ? 4 : 0);
  }

  function score(at, parts) {
    const [page, anchor, kind] = entries[at];
    let total = 0, met = 0;
    for (const { ways, places } of parts) {
      const best = Math.max(...ways.map((way) => wayScore(at, way))) + (places.includes(at) ? (kind === TERM ? 40 : 30) : 0);
      total += best;
      met += best > 0;
    }
    if (!met) return { met, total };
    total += kind === TERM ? 3 : kind === 0 && !anchor ? 5 : 0;
    return { met, total: total - (pages[page][0].startsWith("studies/") ? 6 : 0) };
  }

  function ranked(parts) {
    const all = entries.map((entry, at) => ({ entry, ...score(at, parts), last: LAST[entry[2]] ?? 0 }));
    const most = Math.max(...all.map((one) => one.met)); // all parts where a place has all, else as many as one has
    return most ? all.filter((one) => one.met === most).sort((a, b) => a.last - b.last || b.total - a.total) : [];
  }

  // a few words around what was sought: whole names before single words
  function excerpt(text, sought) {
    const low = plain(text), places = (list) => list.map((w) => low.indexOf(w)).filter((i) => i >= 0);
    const names = places(sought.filter((w) => w.includes(" "))), at = Math.min(...(names.length ? names : places(sought)), text.length);
    const cut = at === text.length || at < 60 ? 0 : text.indexOf(" ", at - 60) + 1, start = cut > at ? at : cut;
    const rest = text.slice(start), end = rest.length > 200 ? rest.lastIndexOf(" ", 200) : rest.length;
    return (start ? "… " : "") + rest.slice(0, end > 0 ? end : 200) + (end < rest.length ? " …" : "");
  }

  function marked(text, sought) {
    const span = document.createElement("span"), low = plain(text);
    if (low.length !== text.length) { span.textContent = text; return span; }
    let i = 0;
    while (i < text.length) {
      const next = sought.map((w) => [low.indexOf(w, i), w]).filter(([k]) => k >= 0).sort((a, b) => a[0] - b[0] || b[1].length - a[1].length)[0];
      if (!next) break;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next[0], next[0] + next[1].length);
      span.append(text.slice(i, next[0]), mark);
      i = next[0] + next[1].length;
    }
    span.append(text.slice(i));
    return span;
  }

  function hit({ entry: [page, anchor, kind, title, text] }, sought) {
    const item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("p"), about = document.createElement("p");
    link.href = pages[page][0] + (anchor ? `#${anchor}` : "");
    link.append(marked(title, sought));
    where.className = "where";
    where.textContent = `${say.kinds[kind]} · ${pages[page][1]}`;
    about.append(marked(excerpt(text, sought), sought));
    item.append(link, where, about);
    return item;
  }

  function search(query) {
    hits.replaceChildren();
    const parts = asked(query);
    if (!parts.length) { found.textContent = say.empty; return; }
    const list = ranked(parts);
    const also = parts.flatMap((part) => part.terms).filter((name) => key(words(name)) !== key(words(query)));
    found.textContent = (list.length ? say.found(list.length, query) : say.nothing(query))
      + (also.length ? say.also(also.map((name) => `“${name}”`).join(say.comma)) : "") + (list.length > SHOWN ? say.best(SHOWN) : "");
    const ways = parts.flatMap((part) => part.ways);
    const alone = ways.flat().filter((word) => word.length > 1 || parts.length === 1);
    const sought = [...new Set([...ways.filter((way) => way.length > 1).map((way) => way.join(" ")), ...alone])];
    hits.append(...list.slice(0, SHOWN).map((one) => hit(one, sought)));
  }
  const query = new URLSearchParams(location.search).get("q") ?? "";
  box.value = query;
  search(query);
  box.addEventListener("input", () => search(box.value));
})();
