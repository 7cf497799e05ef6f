// Runs before the first paint: takes the reader's choices of light or dark, with or without code.
// What scripts say is said in the page's language.
window.bookSay = (english, chinese) => (document.documentElement.lang.startsWith("zh") ? chinese : english);
try {
  const choice = localStorage.getItem("book-theme");
  if (choice) document.documentElement.dataset.theme = choice;
  const code = localStorage.getItem("book-code");
  if (code) document.documentElement.dataset.code = code;
} catch { /* a page from disk may have no storage: the system's choice stands */ }
