// Chapter 5: a bowl with the curvatures 1 and 10, a slider for the learning rate, and the walk that it gives.
class DescentPlayground extends Playground {
  static words = {
    en: {
      picture: "The first steps of a walk on a bowl, seen from above.",
      lr: "learning rate η", again: "Start again", steep: "w₂, steep", flat: "w₁, flat", drawn: "drawn: the first {steps} steps",
      arrives: "η = {lr}: {steps} steps until both weights are below 0.001. {factors}",
      stays: "η = {lr}: it never arrives. It jumps from wall to wall for ever. {factors}",
      grows: "η = {lr}: it never arrives. The jumps grow without end. {factors}",
      factors: "Each step multiplies the flat weight by {flat} and the steep weight by {steep}.",
    },
    ko: {
      picture: "위에서 본 그릇 위의 첫 걸음들.",
      lr: "학습률 η", again: "처음부터", steep: "w₂, 가파름", flat: "w₁, 완만함", drawn: "그린 것은 처음 {steps}걸음",
      arrives: "η = {lr}: 두 가중치가 모두 0.001보다 작아질 때까지 {steps}걸음. {factors}",
      stays: "η = {lr}: 도착하지 않습니다. 벽에서 벽으로 끝없이 뜁니다. {factors}",
      grows: "η = {lr}: 도착하지 않습니다. 뛰는 폭이 끝없이 커집니다. {factors}",
      factors: "한 걸음마다 완만한 가중치에는 {flat}, 가파른 가중치에는 {steep}을 곱합니다.",
    },
  };

  static math = {
    curvatures: [1, 10],
    // Equation (5.2): against the gradient, which is curvature times weight.
    step(w, lr) {
      return w.map((each, i) => each - lr * DescentPlayground.math.curvatures[i] * each);
    },
    // From (1, 1) until both weights are below 0.001, or one is lost, or it has lasted too long.
    walk(lr, start = [1, 1]) {
      const path = [start];
      const size = () => Math.max(...path.at(-1).map(Math.abs));
      while (size() >= 1e-3 && size() < 1e3 && path.length <= 10000) path.push(DescentPlayground.math.step(path.at(-1), lr));
      return { path, end: size() < 1e-3 ? "arrives" : size() > 1 ? "grows" : "stays" };
    },
  };

  build() {
    const svg = this.picture(320, 240, "picture");
    const [right, down] = [(w) => 160 + 125 * w, (w) => 118 - 92 * w];
    for (const level of [0.1, 0.4, 1, 2, 4, 7, 11]) {
      const [rx, ry] = [right(Math.sqrt(level)) - 160, 118 - down(Math.sqrt(level / 10))];
      this.add("ellipse", { cx: 160, cy: 118, rx, ry, class: "pg-axis" }, svg);
    }
    this.line = this.add("polyline", { class: "pg-line" }, svg);
    this.dots = this.add("path", { class: "pg-dots" }, svg);
    this.add("path", { class: "pg-goal", d: "M155 118h10m-5-5v10" }, svg);
    this.add("text", { x: 8, y: 113, class: "pg-halo" }, svg, this.say("flat"));
    this.add("text", { x: 166, y: 14, class: "pg-halo" }, svg, this.say("steep"));
    this.drawn = this.add("text", { x: 316, y: 234, class: "pg-end pg-halo" }, svg);
    this.place = ([a, b]) => `${right(a).toFixed(1)} ${down(b).toFixed(1)}`;
    this.rate = this.slider("lr", { min: 0.001, max: 0.22, step: 0.001, value: 0.02, text: (lr) => Playground.number(lr, 3) });
    this.button("again", () => this.turn(this.rate, 0.02));
  }

  draw() {
    const { lr } = this.state;
    const { path, end } = DescentPlayground.math.walk(lr);
    const places = path.slice(0, 41).filter(([, b]) => Math.abs(b) < 4).map(this.place);
    this.line.setAttribute("points", places.join(" "));
    this.dots.setAttribute("d", places.map((each) => `M${each}h0`).join(""));
    this.drawn.textContent = path.length > 41 ? this.say("drawn", { steps: 40 }) : "";
    this.classList.toggle("lost", end !== "arrives");
    const [flat, steep] = DescentPlayground.math.step([1, 1], lr).map((each) => Playground.number(each, 3));
    return this.say(end, { lr: Playground.number(lr, 3), steps: path.length - 1, factors: this.say("factors", { flat, steep }) });
  }
}
customElements.define("dl-descent", DescentPlayground);
