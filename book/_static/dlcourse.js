// Small mends of the theme for readers with a keyboard or a screen reader. The book reads well without them.
document.addEventListener("DOMContentLoaded", () => {
  // A control is called what it shows.
  for (const button of document.querySelectorAll(".search-button-field")) {
    button.setAttribute("aria-label", button.textContent.replace(/\s+/g, " ").trim());
  }
  for (const summary of document.querySelectorAll("summary[aria-label]")) summary.removeAttribute("aria-label");
  // The arrow beside a chapter shows nothing that could be read: it opens the list of pages under the chapter.
  for (const summary of document.querySelectorAll(".bd-sidebar-primary li.has-children > details > summary")) {
    const chapter = summary.closest("li").querySelector("a").firstChild.textContent.trim();
    summary.setAttribute("aria-label", `Pages under ${chapter}`);
  }
  const nameSwitch = () => {
    const mode = { light: "light", dark: "dark" }[document.documentElement.dataset.mode] ?? "as the system";
    for (const button of document.querySelectorAll(".theme-switch-button")) {
      button.setAttribute("aria-label", `Colour mode: ${mode}`);
    }
  };
  nameSwitch();
  new MutationObserver(nameSwitch).observe(document.documentElement, { attributeFilter: ["data-mode"] });

  // docutils calls a bibliography a list; its entries are the items.
  for (const entry of document.querySelectorAll("div[role=doc-biblioentry]")) entry.setAttribute("role", "listitem");

  // The site's title is a landmark of its own.
  const home = document.querySelector(".sidebar-primary-items__start .navbar-brand")?.parentElement;
  home?.setAttribute("role", "navigation");
  home?.setAttribute("aria-label", "Home");

  // The button that leads to the top is there while the reader goes up.
  const toTop = document.getElementById("pst-back-to-top");
  let height = window.scrollY;
  toTop?.addEventListener("click", () => window.scrollTo(0, 0));
  window.addEventListener("scroll", () => {
    if (toTop) toTop.style.display = window.scrollY < height && window.scrollY > window.innerHeight ? "block" : "none";
    height = window.scrollY;
  }, { passive: true });

  // On paper nothing stays folded. (Newer browsers do this with the style sheet alone.)
  const folded = () => document.querySelectorAll("details:is(.fold, .worked):not([open])");
  let opened = [];
  window.addEventListener("beforeprint", () => { opened = [...folded()]; for (const fold of opened) fold.open = true; });
  window.addEventListener("afterprint", () => { for (const fold of opened) fold.open = false; });

  // Whatever scrolls sideways can be reached with the Tab key, and fades where it goes on; what does not, is no stop on
  // the way. The observer tells of what is laid out: to ask for a width would lay out the whole page at once, with all
  // its formulas, before a phone can show the first of it.
  const boxes = document.querySelectorAll(".math-scroll, .pst-scrollable-table-container, .cell_output .output, .highlight pre");
  const kindOf = (box) => (box.matches(".math-scroll") ? "Formula" : box.querySelector("table") ? "Table" : "Output");
  const measure = (...changed) => {
    // All are measured before the first is changed.
    const found = changed.map((box) => {
      const hidden = box.scrollWidth - box.clientWidth;
      return [box, hidden > 0, box.scrollLeft < hidden - 1];
    });
    for (const [box, scrolls, goesOn] of found) {
      box.classList.toggle("more-to-the-right", goesOn);
      const stop = { tabindex: "0" };
      if (!box.matches("pre")) Object.assign(stop, { role: "group", "aria-label": `${kindOf(box)}, scrolls sideways` });
      for (const [name, value] of Object.entries(stop)) scrolls ? box.setAttribute(name, value) : box.removeAttribute(name);
    }
  };
  const widths = new ResizeObserver((changes) => measure(...changes.map((change) => change.target)));
  const observe = () => { for (const box of boxes) { widths.unobserve(box); widths.observe(box); } };
  observe();
  document.fonts?.addEventListener("loadingdone", observe); // a formula is as wide as its letters
  for (const box of boxes) box.addEventListener("scroll", () => measure(box), { passive: true });
});
