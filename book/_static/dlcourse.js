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

  // Whatever scrolls sideways can be reached with the Tab key; what does not, is no stop on the way.
  // All are measured before the first is changed: a change in between would lay out the whole page again for each.
  const boxes = [...document.querySelectorAll(".math-scroll, .pst-scrollable-table-container, .cell_output .output")];
  const setStops = () => {
    const scrolls = boxes.map((box) => box.scrollWidth > box.clientWidth);
    for (const [index, box] of boxes.entries()) {
      const kind = box.matches(".math-scroll") ? "Formula" : box.querySelector("table") ? "Table" : "Output";
      if (scrolls[index]) {
        for (const [key, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", `${kind}, scrolls sideways`]]) {
          box.setAttribute(key, value);
        }
      } else {
        for (const key of ["tabindex", "role", "aria-label"]) box.removeAttribute(key);
      }
    }
  };
  setStops();
  document.fonts?.ready.then(setStops);
  window.addEventListener("resize", setStops);

  // It fades where it goes on; code that is folded has no width until it is unfolded.
  const fading = document.querySelectorAll(".pst-scrollable-table-container, .highlight pre, .cell_output .output");
  const fade = (...changed) => {
    const goesOn = changed.map((box) => box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
    for (const [index, box] of changed.entries()) box.classList.toggle("more-to-the-right", goesOn[index]);
  };
  const widths = new ResizeObserver((changes) => fade(...changes.map((change) => change.target)));
  for (const box of fading) {
    widths.observe(box);
    box.addEventListener("scroll", () => fade(box), { passive: true });
  }
});
