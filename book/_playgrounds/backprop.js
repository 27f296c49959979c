// Chapter 4: a small computation, forward and back, one node at a time.
class BackpropPlayground extends Playground {
  static words = {
    en: {
      picture: "A computation graph with the value and the gradient of each node.",
      graph: "graph", neuron: "one neuron and its loss", twice: "y = ab + a, a used twice",
      next: "Next", previous: "Undo a step", run: "Run", pause: "Pause", again: "Start again",
      w1: "w₁", w2: "w₂", x1: "x₁", x2: "x₂", b: "b", a: "a",
      value: "value", gradient: "gradient",
      start: "The inputs are known. Next: forward.",
      forward: "Forward, {k} of {n}: {formula}.",
      root: "Back, 1 of {n}: the gradient of {end} by itself is 1. From here gradients go back.",
      backward: "Back, {k} of {n}: at {node} the gradient {grad} has arrived. {shares}",
      share: "To {parent}: local slope {slope}, times {grad} is {share}.",
      add: "{parent} has {before} from its other path already: {before} + {share} = {total}.",
      positive: "1, since {parent} is positive", silent: "0, since {parent} is not positive",
      done: "All gradients are there: {grads}.",
    },
    ko: {
      picture: "마디마다 값과 기울기를 적은 계산 그래프.",
      graph: "그래프", neuron: "뉴런 하나와 손실", twice: "y = ab + a, a를 두 번 씀",
      next: "다음", previous: "한 단계 취소", run: "실행", pause: "멈춤", again: "처음부터",
      w1: "w₁", w2: "w₂", x1: "x₁", x2: "x₂", b: "b", a: "a",
      value: "값", gradient: "기울기",
      start: "입력을 압니다. 다음은 순방향입니다.",
      forward: "순방향 {k}/{n}: {formula}.",
      root: "역방향 1/{n}: {end}의 자신에 대한 기울기는 1입니다. 여기서부터 기울기가 뒤로 갑니다.",
      backward: "역방향 {k}/{n}: {node}에 도착한 기울기는 {grad}입니다. {shares}",
      share: "{parent}: 국소 기울기 {slope}, 곱하기 {grad}, 결과는 {share}.",
      add: "다른 경로에서 이미 받은 {before}에 더합니다. {parent}: {before} + {share} = {total}.",
      positive: "1({parent} > 0)", silent: "0({parent} ≤ 0)",
      done: "기울기를 모두 구했습니다: {grads}.",
    },
  };

  // Nodes in topological order: name, operation, what it is computed from, and its place. Inputs have a first value.
  static graphs = {
    neuron: [
      { name: "w₁", input: "w1", value: 3, at: [46, 24] }, { name: "x₁", input: "x1", value: 2, at: [46, 100] },
      { name: "w₂", input: "w2", value: -1, at: [46, 166] }, { name: "x₂", input: "x2", value: 1, at: [46, 242] },
      { name: "b", input: "b", value: -2, at: [126, 288] },
      { name: "p₁", operation: "×", of: ["w₁", "x₁"], at: [126, 62] }, { name: "p₂", operation: "×", of: ["w₂", "x₂"], at: [126, 204] },
      { name: "z", operation: "+", of: ["p₁", "p₂", "b"], at: [192, 133] },
      { name: "a", operation: "relu", of: ["z"], at: [235, 133] }, { name: "u", operation: "−1", of: ["a"], at: [278, 133] },
      { name: "L", operation: "( )²", of: ["u"], at: [320, 133] },
    ],
    twice: [
      { name: "a", input: "a", value: 2, at: [110, 60] }, { name: "b", input: "b", value: 3, at: [110, 190] },
      { name: "p", operation: "×", of: ["a", "b"], at: [195, 160] },
      { name: "y", operation: "+", of: ["p", "a"], at: [290, 95] },
    ],
  };

  static math = {
    // What an operation gives, and its slope for each operand.
    operations: {
      "×": (a, b) => [a * b, [b, a]],
      "+": (...terms) => [terms.reduce((sum, each) => sum + each, 0), terms.map(() => 1)],
      "−1": (a) => [a - 1, [1]],
      "( )²": (u) => [u * u, [2 * u]],
      relu: (z) => [Math.max(z, 0), [z > 0 ? 1 : 0]],
    },
    // Values and local slopes, in the order of the graph; `inputs` are numbers by the name of their node.
    forward(graph, inputs) {
      const [values, slopes] = [{ ...inputs }, {}];
      for (const { name, operation, of } of BackpropPlayground.graphs[graph]) {
        if (operation) [values[name], slopes[name]] = BackpropPlayground.math.operations[operation](...of.map((each) => values[each]));
      }
      return { values, slopes };
    },
    // From the last node to the first: each adds to its parents its gradient times its local slopes. `visits` tells how.
    backward(graph, inputs) {
      const { values, slopes } = BackpropPlayground.math.forward(graph, inputs);
      const nodes = BackpropPlayground.graphs[graph];
      const [grads, visits] = [{ [nodes.at(-1).name]: 1 }, []];
      for (const { name, of } of nodes.filter((node) => node.of).reverse()) {
        const shares = of.map((parent, k) => {
          const [before, share] = [grads[parent], slopes[name][k] * grads[name]];
          grads[parent] = (before ?? 0) + share;
          return { parent, slope: slopes[name][k], share, before };
        });
        visits.push({ name, grad: grads[name], shares });
      }
      return { values, slopes, grads, visits };
    },
  };

  build() {
    this.svg = this.picture(340, 310, "picture");
    this.choice("graph", Object.keys(BackpropPlayground.graphs), "neuron");
    this.inputs = this.add("div", { class: "pg-pairs" }, this.controls);
    const row = this.add("div", { class: "pg-buttons" }, this.controls);
    this.button("next", () => this.go(1), row);
    this.button("previous", () => this.go(-1), row);
    this.runner = this.button("run", () => (this.timer ? this.stop() : this.run()), row);
    this.button("again", () => this.chosen(), row);
    this.chosen();
  }

  go(step) {
    this.stop();
    this.at = Math.min(Math.max(this.at + step, 0), this.last);
  }

  run() {
    if (this.at === this.last) this.at = 0;
    this.play(() => (this.at += 1) < this.last, 1100);
  }

  // Lay out another graph, with a slider for each of its inputs.
  chosen() {
    this.stop();
    this.nodes = BackpropPlayground.graphs[this.state.graph];
    this.computed = this.nodes.filter((node) => node.of);
    this.at = 0;
    this.last = 2 * this.computed.length + 1; // each node forward, the 1 at the end, each node back
    this.inputs.replaceChildren();
    for (const { input, value } of this.nodes.filter((node) => node.input)) {
      this.slider(input, { min: -4, max: 4, step: 0.5, value, text: BackpropPlayground.short, parent: this.inputs });
    }
    this.svg.replaceChildren();
    this.set(this.svg, { viewBox: `0 0 340 ${Math.max(...this.nodes.map(({ at }) => at[1])) + 36}` });
    this.addKey();
    this.edges = this.computed.flatMap((to) => to.of.map((from) => this.addEdge(this.nodes.find((node) => node.name === from), to)));
    this.parts = Object.fromEntries(this.nodes.map((node) => [node.name, this.addNode(node)]));
    this.svg.append(...this.edges.map(({ slope }) => slope)); // on top
  }

  addKey() {
    this.add("text", { class: "pg-end pg-value-text", x: 336, y: 16 }, this.svg, this.say("value"));
    this.add("text", { class: "pg-end pg-grad-text", x: 336, y: 34 }, this.svg, `∂ ${this.say("gradient")}`);
  }

  addEdge(from, to) {
    const [dx, dy] = [to.at[0] - from.at[0], to.at[1] - from.at[1]];
    const [ux, uy] = [dx / Math.hypot(dx, dy), dy / Math.hypot(dx, dy)];
    const [x1, y1, x2, y2] = [from.at[0] + 17 * ux, from.at[1] + 17 * uy, to.at[0] - 18 * ux, to.at[1] - 18 * uy];
    const head = (x, y, way) => `M${x} ${y}l${way * (-7 * ux) - 4 * uy} ${way * (-7 * uy) + 4 * ux}M${x} ${y}l${way * (-7 * ux) + 4 * uy} ${way * (-7 * uy) - 4 * ux}`;
    const edge = { from: from.name, to: to.name, line: this.add("path", {}, this.svg) };
    const body = `M${x1} ${y1}L${x2} ${y2}`;
    edge.paths = { forward: body + head(x2, y2, 1), back: body + head(x1, y1, -1) };
    const below = Math.hypot(x2 - x1, y2 - y1) < 20 ? 24 : 4; // where two nodes are close, under the edge
    edge.slope = this.add("text", { class: "pg-middle pg-halo pg-local", x: (x1 + x2) / 2, y: (y1 + y2) / 2 + below }, this.svg);
    return edge;
  }

  addNode({ name, operation, input, at: [x, y] }) {
    const circle = this.add("circle", { class: "pg-node", cx: x, cy: y, r: 16 }, this.svg);
    this.add("text", { class: "pg-middle", x, y: y + 4 }, this.svg, operation ?? name);
    const write = (look, dx, dy) => this.add("text", { class: look, x: x + dx, y: y + dy }, this.svg);
    const [side, dx] = input ? ["pg-end", -21] : ["pg-middle", 0];
    if (operation) write("pg-middle", 0, -36).textContent = name;
    const value = write(`${side} pg-value-text`, dx, input ? -4 : -21);
    return { circle, value, grad: write(`${side} pg-grad-text`, dx, input ? 14 : 33) };
  }

  draw() {
    const { short } = BackpropPlayground;
    const { at, computed, nodes, state } = this;
    this.runner.textContent = this.say(this.timer ? "pause" : "run");
    const inputs = Object.fromEntries(nodes.filter((node) => node.input).map((node) => [node.name, state[node.input]]));
    const { values, grads, visits } = BackpropPlayground.math.backward(state.graph, inputs);
    const n = computed.length;
    const back = at > n;
    const visit = back ? visits[at - n - 2] : undefined;
    const current = at === 0 ? undefined : back ? (visit?.name ?? computed.at(-1).name) : computed[at - 1].name;
    // what the nodes have collected up to this step
    const collected = back ? { [computed.at(-1).name]: ["1"] } : {};
    for (const { shares } of visits.slice(0, Math.max(at - n - 1, 0))) {
      for (const { parent, share } of shares) (collected[parent] ??= []).push(share < 0 && collected[parent]?.length ? `(${short(share)})` : short(share));
    }
    nodes.forEach(({ name, input }) => {
      const { circle, value, grad } = this.parts[name];
      const known = input || computed.findIndex((node) => node.name === name) < at;
      circle.classList.toggle("pg-now", name === current);
      circle.classList.toggle("pg-unknown", !known);
      value.textContent = known ? short(values[name]) : "";
      const sum = collected[name] ?? [];
      grad.textContent = sum.length > 1 ? `${sum.join(" + ")} = ${short(grads[name])}` : sum.join("");
    });
    for (const { from, to, line, slope, paths } of this.edges) {
      const active = to === current && (!back || visit);
      this.set(line, { d: back ? paths.back : paths.forward, class: `pg-edge ${active ? (back ? "pg-back" : "pg-forth") : ""}` });
      const share = active && back && visit.shares.find(({ parent }) => parent === from);
      slope.textContent = share ? `×${short(share.slope)}` : "";
    }
    if (at === 0) return this.say("start");
    if (!back) return this.say("forward", { k: at, n, formula: this.formula(computed[at - 1], values) });
    if (!visit) return this.say("root", { n: n + 1, end: current });
    const shares = visit.shares.map((each) => this.tell(each, visit, values)).join(" ");
    const told = this.say("backward", { k: at - n, n: n + 1, node: current, grad: short(visit.grad), shares });
    if (at < this.last) return told;
    const found = nodes.filter((node) => node.input).map(({ name }) => `∂${computed.at(-1).name}/∂${name} = ${short(grads[name])}`);
    return `${told} ${this.say("done", { grads: found.join(", ") })}`;
  }

  // One node of the way there, such as p₁ = w₁ · x₁ = 3 · 2 = 6.
  formula({ name, operation, of }, values) {
    const { short } = BackpropPlayground;
    const write = (parts) => {
      const inner = parts.map((each, k) => (/^−/.test(each) && (k > 0 || operation === "( )²") ? `(${each})` : each));
      return { "×": inner.join(" · "), "+": inner.join(" + "), "−1": `${inner[0]} − 1`, "( )²": `${inner[0]}²`, relu: `relu(${inner[0]})` }[operation];
    };
    return `${name} = ${write(of)} = ${write(of.map((each) => short(values[each])))} = ${short(values[name])}`;
  }

  // What one node passes back to one parent.
  tell({ parent, slope, share, before }, { name, grad }, values) {
    const { short } = BackpropPlayground;
    const { operation, of } = this.nodes.find((node) => node.name === name);
    const other = of.find((each) => each !== parent);
    const why = {
      "×": `${other} = ${short(slope)}`, "( )²": `2${parent} = ${short(slope)}`,
      relu: this.say(values[parent] > 0 ? "positive" : "silent", { parent }),
    };
    const parts = { parent, slope: why[operation] ?? short(slope), grad: short(grad), share: short(share) };
    const told = this.say("share", parts);
    if (before === undefined) return told;
    return `${told} ${this.say("add", { ...parts, before: short(before), share: share < 0 ? `(${short(share)})` : short(share), total: short(before + share) })}`;
  }
}
customElements.define("dl-backprop", BackpropPlayground);
