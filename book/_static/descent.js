// Chapter 5: a bowl with the curvatures 1 and 10, a slider for the learning rate, and the walk that it gives.
// A plain script, not a module, so that it also works from disk. Without it the page shows the element's own text.
class Descent extends HTMLElement {
  connectedCallback() {
    if (this.walk) return;
    const rings = [0.1, 0.4, 1, 2, 4, 7, 11].map((c) => `<ellipse rx="${Math.sqrt(c) * 110}" ry="${Math.sqrt(c / 10) * 90}"/>`);
    const part = document.createElement("div");
    part.innerHTML = `<svg role="img" viewBox="-150 -110 300 220"><g class="rings">${rings.join("")}</g>
      <polyline class="walk"/><g class="spots"></g></svg>
      <label>learning rate <em>η</em> <input type="range" min="0.001" max="0.22" step="0.001" value="0.02"></label>
      <p role="status"></p>`;
    this.append(part);
    [this.picture, this.walk, this.spots, this.slider, this.words] = ["svg", ".walk", ".spots", "input", "p"].map((name) =>
      part.querySelector(name),
    );
    this.slider.addEventListener("input", () => this.show());
    this.show();
  }

  show() {
    const lr = this.slider.valueAsNumber;
    let [x, y, steps] = [1, 1, 0];
    const path = [[x, y]];
    const size = () => Math.max(Math.abs(x), Math.abs(y));
    while (size() >= 1e-3 && size() < 1e3 && steps < 10000) {
      x -= lr * x; // the gradient is (1 x, 10 y)
      y -= lr * 10 * y;
      steps += 1;
      if (steps <= 40 && Math.abs(y) < 9) path.push([x, y]);
    }
    const arrived = size() < 1e-3;
    const places = path.map(([a, b]) => [(a * 110).toFixed(1), (-b * 90).toFixed(1)]);
    this.walk.setAttribute("points", places.join(" "));
    this.spots.innerHTML = places.map(([a, b]) => `<circle r="3" cx="${a}" cy="${b}"/>`).join("");
    this.classList.toggle("lost", !arrived);
    const end = arrived ? `${steps} steps until both weights are below 0.001.` : "it never arrives.";
    const factor = (lr * 10 - 1).toFixed(2);
    const text = `η = ${lr.toFixed(3)}: ${end}${arrived ? "" : ` Each step multiplies the steep weight by −${factor}.`}`;
    this.words.textContent = text;
    this.picture.setAttribute("aria-label", `The first steps of a walk on a bowl. ${text}`);
    this.slider.setAttribute("aria-valuetext", text);
  }
}
customElements.define("dl-descent", Descent);
