// Chapter 3: three logits, a temperature and the true class; the probabilities, the loss and its gradient.
class SoftmaxPlayground extends Playground {
  static words = {
    en: {
      picture: "Bars of probabilities, and under them bars of the gradient.",
      cat: "cat", dog: "dog", chicken: "chicken", truth: "true class",
      z0: "logit of dog", z1: "logit of cat", z2: "logit of chicken", temperature: "temperature T",
      probability: "probability p", gradient: "gradient (p − y) / T", again: "Start again", cost: "loss {loss}",
      told: "Probabilities: dog {p0}, cat {p1}, chicken {p2}. The {truth} is right, so the loss is {loss}. Gradient: dog {g0}, cat {g1}, chicken {g2}.",
    },
    ko: {
      picture: "확률 막대와 그 아래의 기울기 막대.",
      cat: "고양이", dog: "개", chicken: "닭", truth: "정답 클래스",
      z0: "개의 로짓", z1: "고양이의 로짓", z2: "닭의 로짓", temperature: "온도 T",
      probability: "확률 p", gradient: "기울기 (p − y) / T", again: "처음부터", cost: "손실 {loss}",
      told: "확률: 개 {p0}, 고양이 {p1}, 닭 {p2}. 정답은 {truth}이므로 손실은 {loss}. 기울기: 개 {g0}, 고양이 {g1}, 닭 {g2}.",
    },
  };

  static classes = ["dog", "cat", "chicken"];

  static math = {
    logSoftmax(z) {
      const highest = Math.max(...z);
      const total = Math.log(z.reduce((sum, each) => sum + Math.exp(each - highest), 0));
      return z.map((each) => each - highest - total);
    },
    // Loss and gradient by the logits, as in chapter 3, of logits that are divided by the temperature.
    crossEntropy(z, truth, temperature = 1) {
      const logs = SoftmaxPlayground.math.logSoftmax(z.map((each) => each / temperature));
      const p = logs.map(Math.exp);
      return { p, loss: -logs[truth], grad: p.map((each, k) => (each - (k === truth ? 1 : 0)) / temperature) };
    },
  };

  build() {
    const svg = this.picture(320, 250, "picture");
    this.parts = SoftmaxPlayground.classes.map((name, k) => {
      const x = 22 + 100 * k;
      const part = { p: ["pg-bar", 20], g: ["pg-slope", 208] };
      for (const key of Object.keys(part)) part[key] = this.add("rect", { class: part[key][0], x, width: 76, y: part[key][1] }, svg);
      for (const [key, y] of [["pText", 0], ["gText", 0]]) part[key] = this.add("text", { x: x + 38, y, class: "pg-middle" }, svg);
      this.add("text", { x: x + 38, y: 144, class: "pg-middle" }, svg, this.say(name));
      return part;
    });
    this.add("line", { x1: 10, x2: 310, y1: 128, y2: 128, class: "pg-axis" }, svg);
    this.zero = this.add("line", { x1: 10, x2: 310, y1: 208, y2: 208, class: "pg-axis" }, svg);
    this.add("text", { x: 10, y: 12 }, svg, this.say("probability"));
    this.cost = this.add("text", { x: 310, y: 12, class: "pg-end" }, svg);
    this.add("text", { x: 10, y: 164 }, svg, this.say("gradient"));
    this.logits = [2, 1, -1].map((value, k) => this.slider(`z${k}`, { min: -6, max: 6, step: 0.1, value, text: (v) => Playground.number(v, 1) }));
    this.heat = this.slider("temperature", { min: 0.1, max: 5, step: 0.1, value: 1, text: (v) => Playground.number(v, 1) });
    this.truth = this.choice("truth", SoftmaxPlayground.classes, "dog");
    this.button("again", () => {
      [2, 1, -1].forEach((value, k) => this.turn(this.logits[k], value));
      this.turn(this.heat, 1);
      this.truth.value = this.state.truth = "dog";
    });
  }

  draw() {
    const { z0, z1, z2, temperature, truth } = this.state;
    const { p, loss, grad } = SoftmaxPlayground.math.crossEntropy([z0, z1, z2], SoftmaxPlayground.classes.indexOf(truth), temperature);
    const tallest = Math.max(1, ...grad.map(Math.abs));
    this.parts.forEach((part, k) => {
      const height = 95 * p[k];
      this.set(part.p, { y: 128 - height, height });
      this.set(part.pText, { y: 124 - height }).textContent = Playground.number(p[k]);
      const length = (28 * Math.abs(grad[k])) / tallest;
      this.set(part.g, { y: grad[k] > 0 ? 208 - length : 208, height: length });
      this.set(part.gText, { y: grad[k] > 0 ? 204 - length : 220 + length }).textContent = Playground.number(grad[k]);
      part.p.classList.toggle("pg-true", SoftmaxPlayground.classes[k] === truth);
    });
    const values = { truth: this.say(truth), loss: Playground.number(loss, 3) };
    for (const k of [0, 1, 2]) Object.assign(values, { [`p${k}`]: Playground.number(p[k]), [`g${k}`]: Playground.number(grad[k]) });
    this.cost.textContent = this.say("cost", values);
    return this.say("told", values);
  }
}
customElements.define("dl-softmax", SoftmaxPlayground);
