// A drawn chart answers: point at a mark, or walk over the marks with the arrow keys, and it says
// its values; choose an arm and it stands out in every chart of the book. Fetched on demand only.
"use strict";
(() => {
  const figures = [...document.querySelectorAll("figure.chart")];
  const status = document.createElement("p");
  status.className = "sr-only";
  status.setAttribute("role", "status");
  document.body.append(status);

  function say(mark) {
    document.querySelector(".chart .is-said")?.classList.remove("is-said");
    mark.classList.add("is-said");
    window.bookTip.show(mark.dataset.say, mark.getBoundingClientRect());
  }

  function highlight(arm) {
    try { arm ? sessionStorage.setItem("book-arm", arm) : sessionStorage.removeItem("book-arm"); } catch { /* not kept */ }
    for (const figure of figures) {
      const arms = JSON.parse(figure.dataset.arms ?? "[]");
      const here = arms.includes(arm);
      figure.classList.toggle("has-choice", here);
      for (const mark of figure.querySelectorAll("[data-arm]")) mark.classList.toggle("is-chosen", here && mark.dataset.arm === arm);
      for (const button of figure.querySelectorAll(".arms button")) button.setAttribute("aria-pressed", button.textContent === arm);
    }
  }

  for (const figure of figures) {
    const svg = figure.querySelector("svg");
    const marks = [...svg.querySelectorAll("[data-say]")];
    if (marks.length) {
      svg.addEventListener("pointerover", (event) => {
        const mark = event.target.closest("[data-say]");
        if (mark) say(mark);
      });
      svg.addEventListener("pointerleave", window.bookTip.hide);
      const frame = svg.parentElement;
      let at = -1;
      frame.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        at = (at + step + marks.length) % marks.length;
        say(marks[at]);
        status.textContent = marks[at].dataset.say;
      });
      frame.addEventListener("focusout", window.bookTip.hide);
    }
    const arms = JSON.parse(figure.dataset.arms ?? "[]");
    if (arms.length > 1) {
      const row = document.createElement("p");
      row.className = "arms";
      row.append(bookSay("Show in every chart: ", "在每幅图中显示："));
      for (const arm of arms) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = arm;
        button.setAttribute("aria-pressed", "false");
        button.addEventListener("click", () => highlight(button.getAttribute("aria-pressed") === "true" ? null : arm));
        row.append(button);
      }
      figure.querySelector(".caption").before(row);
      window.bookKeys?.();
    }
  }
  let kept = null;
  try { kept = sessionStorage.getItem("book-arm"); } catch { /* nothing kept */ }
  if (kept) highlight(kept);
})();
