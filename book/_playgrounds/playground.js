// What the playgrounds of the book share: words in the reader's language, controls, a plane with points that can be
// moved, and motion. A plain script, not a module: modules do not load from disk. A playground is a class on top of
// this one, in a file of its own. Its formulas are functions in `static math`, which the tests compare with dlcourse.
class Playground extends HTMLElement {
  static words = {
    en: { point: "movable point", move: "Choose a point, then choose where it goes. Or: Tab, and the arrow keys." },
    ko: { point: "움직일 수 있는 점", move: "점을 고르고 옮길 자리를 고르세요. 또는 Tab 키와 화살표 키를 쓰세요." },
  };

  connectedCallback() {
    if (this.body) return;
    this.language = this.closest("[lang]")?.lang.slice(0, 2) ?? "en";
    this.state = {};
    this.body = this.add("div", { class: "pg-body" });
    this.scene = this.add("div", { class: "pg-scene" }, this.body);
    this.controls = this.add("div", { class: "pg-controls" }, this.body);
    this.build();
    this.status = this.add("p", { role: "status" });
    this.update();
  }

  disconnectedCallback() {
    this.stop();
  }

  // To be written by each playground: make the parts once; show the state, and return it in words.
  build() {}
  draw() {
    return "";
  }

  update() {
    const words = this.draw();
    // what moves by itself is spoken of when it rests
    this.status.setAttribute("aria-live", this.timer ? "off" : "polite");
    this.status.textContent = words;
    for (const picture of this.querySelectorAll("svg[role=img]")) {
      picture.setAttribute("aria-label", `${picture.dataset.name} ${words}`);
    }
  }

  // The text of a key in the reader's language; {name} stands for a value.
  say(key, values = {}) {
    const tables = [this.constructor.words, Playground.words].flatMap((words) => [words[this.language], words.en]);
    const text = tables.find((table) => table && key in table)?.[key];
    if (text === undefined) throw new Error(`${this.localName} has no words for "${key}"`);
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // A number as the book writes it: with a real minus sign, and no minus before a zero.
  static number(x, digits = 2) {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "−∞";
    const text = Math.abs(x) >= 1e6 ? x.toExponential(1) : x.toFixed(digits);
    return (Number(text) === 0 ? text.replace("-", "") : text).replaceAll("-", "−").replace("e+", "e");
  }

  // A function that gives numbers from 0 to 1 which look random, the same for a seed every time (mulberry32).
  static random(seed) {
    return () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let bits = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
      return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  // A number with no more digits than it needs.
  static short(x, digits = 2) {
    return Number.isFinite(x) ? `${Number(x.toFixed(digits)) || 0}`.replace("-", "−") : Playground.number(x);
  }

  // A number that may be very small, as a formula writes it: 1.3 · 10⁻⁹.
  static power(x) {
    if (x === 0 || Math.abs(x) >= 0.001) return Playground.short(x, 3);
    const [digits, exponent] = x.toExponential(1).replaceAll("-", "−").split("e");
    return `${digits}\u00a0·\u00a010${[...exponent].map((each) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[each] ?? "⁻").join("")}`;
  }

  // ---------------------------------------------------------------- parts

  add(tag, attributes = {}, parent = this, text = "") {
    const svg = parent.namespaceURI.endsWith("svg") || tag === "svg";
    const part = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    this.set(part, attributes);
    if (text) part.textContent = text;
    parent.append(part);
    return part;
  }

  set(part, attributes) {
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    return part;
  }

  slider(name, { min, max, step, value, text = (v) => Playground.number(v), parent = this.controls }) {
    const label = this.add("label", { class: "pg-slider" }, parent);
    this.add("span", {}, label, this.say(name));
    const shown = this.add("span", { class: "pg-value", "aria-hidden": "true" }, label);
    const input = this.add("input", { type: "range", min, max, step, name }, label);
    const take = () => {
      this.state[name] = input.valueAsNumber;
      shown.textContent = text(input.valueAsNumber);
      input.setAttribute("aria-valuetext", shown.textContent);
    };
    input.value = value;
    input.addEventListener("input", () => {
      take();
      this.update();
    });
    take();
    return Object.assign(input, { take });
  }

  // Give a slider another value, as the reader would.
  turn(slider, value) {
    slider.value = value;
    slider.take();
  }

  // A list to choose from; `text` gives the words of an option, if they are not in the table.
  choice(name, options, value, text = (option) => this.say(option)) {
    const label = this.add("label", { class: "pg-choice" }, this.controls);
    this.add("span", {}, label, this.say(name));
    const select = this.add("select", { name }, label);
    for (const option of options) this.add("option", { value: option }, select, text(option));
    select.value = this.state[name] = value;
    select.addEventListener("change", () => {
      this.state[name] = select.value;
      this.chosen(name);
      this.update();
    });
    return select;
  }

  // Called after another option was chosen or a box was ticked, before the picture is drawn again.
  chosen() {}

  // A box to tick. What is appended to its label stands beside it.
  check(name, value, parent = this.controls) {
    const label = this.add("label", { class: "pg-check" }, parent);
    const input = this.add("input", { type: "checkbox", name }, label);
    this.add("span", {}, label, this.say(name));
    input.take = () => (this.state[name] = input.checked);
    input.addEventListener("change", () => {
      input.take();
      this.chosen(name);
      this.update();
    });
    input.checked = value;
    input.take();
    return Object.assign(input, { label });
  }

  button(name, action, parent = this.controls) {
    const button = this.add("button", { type: "button", name }, parent, this.say(name));
    button.addEventListener("click", () => {
      action();
      this.update();
    });
    return button;
  }

  // A picture without handles; `name` says what it is, and what it shows is added to it.
  picture(width, height, name) {
    return this.add("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "data-name": this.say(name) }, this.scene);
  }

  // Cells for numbers, as a list of rows; each has a `box` and a `text`.
  grid(svg, { x, y, rows, columns, width, height }) {
    return Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => {
        const [left, top] = [x + j * width, y + i * height];
        const box = this.add("rect", { class: "pg-cell", x: left, y: top, width, height }, svg);
        const text = this.add("text", { class: "pg-middle", x: left + width / 2, y: top + height / 2 + 4.5 }, svg);
        return { box, text };
      }),
    );
  }

  // A picture in coordinates: x and y are [from, to]. Its points can be moved.
  plane({ x, y, width = 320, height = 320, name }) {
    const plane = this.add("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": this.say(name) }, this.scene);
    plane.right = (value) => ((value - x[0]) / (x[1] - x[0])) * width;
    plane.down = (value) => ((y[1] - value) / (y[1] - y[0])) * height;
    plane.place = (event) => {
      const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(plane.getScreenCTM().inverse());
      const within = (value, [low, high]) => Math.min(Math.max(value, low), high);
      return [
        within(x[0] + (spot.x / width) * (x[1] - x[0]), x),
        within(y[1] - (spot.y / height) * (y[1] - y[0]), y),
      ];
    };
    plane.step = [(x[1] - x[0]) / 40, (y[1] - y[0]) / 40];
    plane.within = ([a, b]) => [Math.min(Math.max(a, x[0]), x[1]), Math.min(Math.max(b, y[0]), y[1])];
    // Without dragging: choose a point, then choose its place.
    plane.addEventListener("click", (event) => {
      if (plane.taken && !event.target.closest(".pg-point")) {
        plane.taken.go(plane.place(event));
        this.update();
      }
    });
    return plane;
  }

  // A point of a plane that mouse, finger and arrow keys move; `at` gives its place and `go` takes a new one.
  point(plane, { name, at, go }) {
    const point = this.add("g", { class: "pg-point", tabindex: 0, role: "application", "aria-roledescription": this.say("point") }, plane);
    this.add("circle", { class: "pg-reach", r: 16 }, point);
    if (!plane.hint) plane.after((plane.hint = this.add("p", { class: "pg-hint" }, this.scene, this.say("move"))));
    point.go = (place) => {
      go(plane.within(place));
      point.tell();
    };
    point.tell = () => {
      const [a, b] = at();
      point.setAttribute("transform", `translate(${plane.right(a)} ${plane.down(b)})`);
      point.setAttribute("aria-label", `${name()}: ${Playground.number(a)}, ${Playground.number(b)}`);
    };
    point.addEventListener("pointerdown", (event) => {
      point.setPointerCapture(event.pointerId);
      point.held = true;
      this.take(plane, point);
    });
    point.addEventListener("pointermove", (event) => {
      if (!point.held) return;
      point.go(plane.place(event));
      this.update();
    });
    for (const end of ["pointerup", "pointercancel"]) point.addEventListener(end, () => (point.held = false));
    point.addEventListener("focus", () => this.take(plane, point));
    point.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const [a, b] = at();
      point.go([a + way[0] * plane.step[0], b + way[1] * plane.step[1]]);
      this.update();
    });
    point.tell();
    return point;
  }

  take(plane, point) {
    plane.taken?.classList.remove("taken");
    plane.taken = point;
    point.classList.add("taken");
  }

  // ---------------------------------------------------------------- motion

  // Call `step` about every `pause` milliseconds until it returns false. Who asked for less motion sees the end at once.
  play(step, pause = 60) {
    this.stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (step() !== false);
      this.update();
      return;
    }
    const beat = () => {
      this.timer = step() === false ? undefined : setTimeout(beat, pause);
      this.update();
    };
    this.timer = setTimeout(beat, pause);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
