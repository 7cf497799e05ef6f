// A map of assumptions: choose one value of each, read what follows. The values are those of the
// table beneath; nothing is computed here. Fetched only by a page that has such a map.
"use strict";
for (const [number, box] of document.querySelectorAll(".explorer").entries()) {
  const table = box.querySelector("table");
  const header = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const count = Number(box.dataset.choose);
  const form = document.createElement("form");
  const which = box.querySelector("caption .no")?.textContent ?? number + 1;
  form.setAttribute("aria-label", bookSay(`Choose the assumptions of ${which}`, `选择${which}的假设`));
  const choices = header.slice(0, count).map((name, column) => {
    const label = document.createElement("label"), select = document.createElement("select");
    label.htmlFor = select.id = `choice-${number}-${column}`;
    label.textContent = name;
    const values = [...new Set(rows.map((row) => row[column]))];
    for (const value of values) select.add(new Option(value));
    select.selectedIndex = Math.floor((values.length - 1) / 2);
    const pair = document.createElement("p");
    pair.append(label, select);
    form.append(pair);
    return select;
  });
  const answer = document.createElement("output");
  // a sentence about what a row does not have is left out
  const said = box.dataset.sentence.split(/(?<=\. |。)/);
  const columns = (part) => [...part.matchAll(/#(\d+)/g)].map((one) => one[1]);
  form.append(answer);
  function tell() {
    const found = rows.find((row) => choices.every((select, column) => row[column] === select.value));
    for (const row of table.tBodies[0].rows) row.classList.remove("is-chosen");
    table.tBodies[0].rows[rows.indexOf(found)]?.classList.add("is-chosen");
    answer.textContent = !found ? bookSay("Not computed for this combination.", "这一组合没有计算。") :
      said.filter((part) => !columns(part).some((column) => found[column] === "–"))
        .join("").replace(/#(\d+)/g, (_, column) => found[column]);
  }
  form.addEventListener("input", tell);
  form.addEventListener("submit", (event) => event.preventDefault());
  tell();
  box.prepend(form);
}
