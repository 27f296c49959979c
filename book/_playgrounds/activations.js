// Chapter 2: an activation function, its slope at z, and what a chain of such units leaves of a small movement.
class ActivationsPlayground extends Playground {
  static words = {
    en: {
      plane: "An activation function with its slope.", chain: "What arrives after each link of the chain.",
      function: "function", sigmoid: "sigmoid", tanh: "tanh", relu: "ReLU", leaky: "Leaky ReLU, α = 0.1", gelu: "GELU",
      z: "z", depth: "links L in the chain", again: "Start again", spot: "point on the curve",
      value: "value", slope: "slope", tangent: "tangent", arrives: "left of a movement of 1 (its size)", link: "link",
      told: "{name} at z = {z}: value {value}, slope {slope}.{corner} {end}",
      corner: " (The corner has no slope; by convention it is {slope}.)",
      one: "A chain of one link multiplies a movement by this slope.",
      zero: "In a chain of {depth} links nothing arrives: the slope of link {first} is 0.",
      lost: "After {depth} links {share} arrives of a movement of 1: the gradient has vanished.",
      some: "After {depth} links {share} arrives of a movement of 1.",
      all: "After {depth} links all of a movement of 1 arrives: every slope is 1.",
    },
    ko: {
      plane: "활성화 함수와 그 기울기.", chain: "사슬의 고리마다 전해지는 양.",
      function: "함수", sigmoid: "시그모이드", tanh: "tanh", relu: "ReLU", leaky: "Leaky ReLU, α = 0.1", gelu: "GELU",
      z: "z", depth: "사슬의 고리 수 L", again: "처음부터", spot: "곡선 위의 점",
      value: "값", slope: "기울기", tangent: "접선", arrives: "움직임 1에서 남는 양(크기)", link: "고리",
      told: "z = {z}에서 {name}: 값 {value}, 기울기 {slope}.{corner} {end}",
      corner: " (모서리에는 기울기가 없어 {slope}로 약속합니다.)",
      one: "고리가 하나인 사슬은 움직임에 이 기울기를 곱합니다.",
      zero: "고리 {depth}개의 사슬에서는 아무것도 전해지지 않습니다. {first}번째 고리의 기울기가 0입니다.",
      lost: "고리 {depth}개를 지나면 움직임 1에서 {share}만 남습니다. 기울기가 소실되었습니다.",
      some: "고리 {depth}개를 지나면 움직임 1에서 남는 것은 {share}입니다.",
      all: "고리 {depth}개를 지나도 움직임 1이 그대로 전해집니다. 모든 기울기가 1입니다.",
    },
  };

  static math = {
    sigmoid: (z) => Math.exp(Math.min(z, 0)) / (1 + Math.exp(-Math.abs(z))),
    tanh: (z) => Math.tanh(z),
    relu: (z) => Math.max(z, 0),
    leaky: (z) => Math.max(z, 0.1 * z),
    gelu: (z) => z * ActivationsPlayground.math.normal(z),

    sigmoidSlope(z) {
      const e = Math.exp(-Math.abs(z));
      return e / (1 + e) ** 2;
    },
    tanhSlope(z) {
      const e = Math.exp(-Math.abs(z));
      return ((2 * e) / (1 + e * e)) ** 2;
    },
    reluSlope: (z) => (z > 0 ? 1 : 0),
    leakySlope: (z) => (z > 0 ? 1 : 0.1),
    geluSlope: (z) => ActivationsPlayground.math.normal(z) + z * ActivationsPlayground.math.bell(z),

    bell: (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI),
    // The chance that a standard normal number lies below z: 1/2 + bell(z) (z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + ...)
    normal(z) {
      if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
      let [term, sum] = [z, z];
      for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) {
        term *= (z * z) / odd;
        sum += term;
      }
      return 0.5 + ActivationsPlayground.math.bell(z) * sum;
    },

    // The chain with all weights 1: each activation is the next sum. What arrives is the product of the slopes.
    chain(name, z, depth) {
      const { [name]: f, [`${name}Slope`]: slope } = ActivationsPlayground.math;
      const [slopes, arrives] = [[], [1]];
      for (let a = z; slopes.length < depth; a = f(a)) {
        slopes.push(slope(a));
        arrives.push(arrives.at(-1) * slopes.at(-1));
      }
      return { slopes, arrives };
    },
  };

  static start = { z: 0.5, depth: 20 };
  static lowest = -50; // the power of ten at the bottom of the lower picture

  build() {
    const { start } = ActivationsPlayground;
    this.curves = this.plane({ x: [-4, 4], y: [-1.25, 4], width: 320, height: 210, name: "plane" });
    const { right, down } = this.curves;
    this.add("path", { class: "pg-axis", d: `M0 ${down(0)}H320M${right(0)} 0V210` }, this.curves);
    for (const at of [-3, -2, -1, 1, 2, 3]) this.add("text", { class: "pg-middle", x: right(at), y: down(0) + 15 }, this.curves, Playground.number(at, 0));
    for (const at of [1, 2, 3]) this.add("text", { class: "pg-end", x: right(0) - 5, y: down(at) + 4 }, this.curves, at);
    this.add("text", { x: 308, y: down(0) - 5 }, this.curves, "z");
    [["value", "pg-curve"], ["slope", "pg-slope-curve"], ["tangent", "pg-tangent"]].forEach(([name, look], k) => {
      this.add("path", { class: look, d: `M6 ${12 + 18 * k}h26` }, this.curves);
      this.add("text", { x: 38, y: 16 + 18 * k }, this.curves, this.say(name));
    });
    this.slopes = this.add("path", { class: "pg-slope-curve" }, this.curves);
    this.values = this.add("path", { class: "pg-curve" }, this.curves);
    this.tangent = this.add("path", { class: "pg-tangent" }, this.curves);
    this.mark = this.add("rect", { class: "pg-slope", x: -4.5, y: -4.5, width: 9, height: 9 }, this.curves);
    this.buildChain();

    this.choice("function", ["sigmoid", "tanh", "relu", "leaky", "gelu"], "sigmoid");
    this.z = this.slider("z", { min: -4, max: 4, step: 0.05, value: start.z });
    this.depth = this.slider("depth", { min: 1, max: 50, step: 1, value: start.depth, text: (v) => `${v}` });
    this.button("again", () => {
      this.turn(this.z, start.z);
      this.turn(this.depth, start.depth);
    });
    this.spot = this.point(this.curves, {
      name: () => this.say("spot"),
      at: () => [this.state.z, ActivationsPlayground.math[this.state.function](this.state.z)],
      go: ([z]) => this.turn(this.z, z),
    });
    this.add("circle", { class: "pg-bar", r: 6 }, this.spot);
  }

  buildChain() {
    this.links = this.picture(320, 178, "chain");
    this.add("text", { x: 0, y: 14 }, this.links, this.say("arrives"));
    this.add("text", { x: this.along(50) + 16, y: 172 }, this.links, this.say("link"));
    for (const power of [0, -10, -20, -30, -40, -50]) {
      const y = this.height(power);
      this.add("path", { class: power ? "pg-dotted" : "pg-axis", d: `M44 ${y}H320` }, this.links);
      this.add("text", { class: "pg-end", x: 38, y: y + 4 }, this.links, power ? Playground.power(10 ** power).split("\u00a0").at(-1) : "1");
    }
    for (const link of [1, 10, 20, 30, 40, 50]) this.add("text", { class: "pg-middle", x: this.along(link), y: 172 }, this.links, link);
    this.dots = Array.from({ length: 51 }, () => this.add("circle", { class: "pg-bar", r: 2.2 }, this.links));
    this.end = this.add("circle", { class: "pg-next", r: 6 }, this.links);
    this.share = this.add("text", { class: "pg-halo" }, this.links);
  }

  along(link) {
    return 52 + (link * 190) / 50;
  }

  height(power) {
    return 28 + (128 * power) / ActivationsPlayground.lowest;
  }

  draw() {
    const { math, lowest } = ActivationsPlayground;
    const { function: name, z, depth } = this.state;
    const [f, slope] = [math[name], math[`${name}Slope`]];
    const { right, down } = this.curves;
    const path = (g) => {
      let text = "";
      for (let k = -160, before; k <= 160; k += 1) {
        const y = g(k / 40);
        text += `${before === undefined || Math.abs(y - before) > 0.5 ? "M" : "L"}${right(k / 40).toFixed(1)} ${down(y).toFixed(1)}`;
        before = y;
      }
      return text;
    };
    this.set(this.values, { d: path(f) });
    this.set(this.slopes, { d: path(slope) });
    const [value, steep] = [f(z), slope(z)];
    const reach = 1.8 / Math.hypot(1, steep);
    this.set(this.tangent, { d: `M${right(z - reach)} ${down(value - reach * steep)}L${right(z + reach)} ${down(value + reach * steep)}` });
    this.set(this.mark, { transform: `translate(${right(z)} ${down(steep)}) rotate(45)` });
    this.spot.tell();

    const { slopes, arrives } = math.chain(name, z, depth);
    const spot = (share) => this.height(share ? Math.min(Math.max(Math.log10(Math.abs(share)), lowest), 1) : lowest);
    this.dots.forEach((dot, link) => {
      dot.style.display = link <= depth ? "" : "none";
      if (link <= depth) this.set(dot, { cx: this.along(link), cy: spot(arrives[link]), class: arrives[link] ? "pg-bar" : "pg-nothing" });
    });
    const share = arrives[depth];
    this.set(this.end, { cx: this.along(depth), cy: spot(share) });
    this.set(this.share, { x: this.along(depth) + 11, y: spot(share) + 4 }).textContent = Playground.power(share);

    const key = depth === 1 ? "one" : share === 0 ? "zero" : share === 1 ? "all" : Math.abs(share) < 0.001 ? "lost" : "some";
    const end = this.say(key, { depth, share: Playground.power(share), first: slopes.indexOf(0) + 1 });
    const corner = z === 0 && ["relu", "leaky"].includes(name);
    const told = { name: this.say(name), z: Playground.number(z), value: Playground.number(value, 3), slope: Playground.number(steep, 3) };
    return this.say("told", { ...told, corner: corner ? this.say("corner", told) : "", end });
  }
}
customElements.define("dl-activations", ActivationsPlayground);
