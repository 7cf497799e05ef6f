// Runs before the first paint: takes the reader's choices of light or dark, with or without code.
// What scripts say is said in the page's language.
window.bookSay = (english, chinese) => (document.documentElement.lang.startsWith("zh") ? chinese : english);
// Without a choice a phone, where code pushes the text apart, begins without it.
let code = matchMedia("(max-width: 40rem)").matches ? "hidden" : "shown";
try {
  const choice = localStorage.getItem("book-theme");
  if (choice) document.documentElement.dataset.theme = choice;
  code = localStorage.getItem("book-code") ?? code;
} catch { /* a page from disk may have no storage: the system's choice stands */ }
document.documentElement.dataset.code = code;
