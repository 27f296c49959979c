// Chapter 1: points of two classes, and a perceptron that learns a line between them, one sample at a time.
class PerceptronPlayground extends Playground {
  static words = {
    en: {
      plane: "Points of two classes and the line of a perceptron.",
      data: "data", AND: "AND", OR: "OR", XOR: "XOR", clouds: "two clouds",
      step: "Next sample", run: "Run", pause: "Pause", forget: "Weights back to 0", again: "Start again",
      zero: "label 0", one: "label 1", wrong: "wrong now", seen: "looked at last", yes: "answer 1", no: "answer 0",
      named: "point {k}, label {y}",
      history: "Mistakes in each epoch: {counts}",
      fresh: "w = {w}, b = {b}. Answered wrongly: {wrong} of {n} points. Nothing has been learned from them yet.",
      moved: "A point was moved, and the line is the old one: w = {w}, b = {b}. Answered wrongly: {wrong} of {n} points.",
      looked: "Epoch {epoch}, sample {k} of {n}: {x} has the label {y}. z = {z}, so the answer is {a}: {effect} w = {w}, b = {b}. Mistakes in this epoch: {mistakes}. Updates so far: {updates}.",
      right: "right, nothing changes.", plus: "wrong, so x is added to w, and 1 to b.", minus: "wrong, so x is taken from w, and 1 from b.",
      settled: "Epoch {epoch} had no mistake: it has settled after {updates} updates. w = {w}, b = {b}.",
      cycle: "After epoch {epoch} the weights are again what they were {before}: w = {w}, b = {b}. From here everything repeats, so it never settles. Updates so far: {updates}.",
      atStart: "at the start", after: "after epoch {epoch}",
      long: "{epoch} epochs and {updates} updates, and still a mistake in each epoch. w = {w}, b = {b}. “Run” goes on.",
    },
    ko: {
      plane: "두 클래스의 점과 퍼셉트론의 직선.",
      data: "데이터", AND: "AND", OR: "OR", XOR: "XOR", clouds: "두 무리",
      step: "다음 샘플", run: "실행", pause: "멈춤", forget: "가중치를 0으로", again: "처음부터",
      zero: "레이블 0", one: "레이블 1", wrong: "지금 틀림", seen: "방금 본 샘플", yes: "답 1", no: "답 0",
      named: "점 {k}, 레이블 {y}",
      history: "에폭마다 틀린 횟수: {counts}",
      fresh: "w = {w}, b = {b}. 점 {n}개 중 {wrong}개의 답이 틀렸습니다. 아직 아무것도 배우지 않았습니다.",
      moved: "점을 옮겼고 직선은 그대로입니다: w = {w}, b = {b}. 점 {n}개 중 {wrong}개의 답이 틀렸습니다.",
      looked: "에폭 {epoch}, 샘플 {k}/{n}: {x}의 레이블은 {y}. z = {z}이므로 답은 {a}: {effect} w = {w}, b = {b}. 이 에폭에서 틀린 횟수: {mistakes}. 지금까지 갱신: {updates}.",
      right: "맞았으므로 그대로 둡니다.", plus: "틀렸으므로 w에 x를, b에 1을 더합니다.", minus: "틀렸으므로 w에서 x를, b에서 1을 뺍니다.",
      settled: "에폭 {epoch}에는 틀린 답이 없습니다. {updates}번 갱신하고 멈췄습니다. w = {w}, b = {b}.",
      cycle: "에폭 {epoch} 뒤의 가중치가 {before}의 가중치와 같습니다: w = {w}, b = {b}. 여기서부터 모든 것이 되풀이되므로 결코 멈추지 않습니다. 지금까지 갱신: {updates}.",
      atStart: "처음", after: "에폭 {epoch} 뒤",
      long: "에폭 {epoch}번, 갱신 {updates}번을 했지만 아직 에폭마다 틀립니다. w = {w}, b = {b}. “실행”을 누르면 계속합니다.",
    },
  };

  // Points lie on a grid of sixteenths. Binary floats hold these exactly, so weights that come back do so exactly.
  static grid = 16;
  static range = [-0.75, 1.75];
  static samples = {
    AND: [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]],
    OR: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 1]],
    XOR: [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]],
    clouds: [
      [7, 4, 0], [13, 9, 1], [16, 2, 0], [6, 12, 1], [-4, -3, 0], [17, 18, 1],
      [4, -1, 0], [11, 21, 1], [9, -7, 0], [22, 21, 1], [-4, 14, 0], [21, 5, 1],
    ].map(([a, b, y]) => [a / 16, b / 16, y]),
  };

  static math = {
    weightedSum: (x, w, b) => x[0] * w[0] + x[1] * w[1] + b,
    // The learning rule, with the learning rate 1.
    correct(x, y, w, b) {
      const error = y - (PerceptronPlayground.math.weightedSum(x, w, b) > 0 ? 1 : 0);
      return { w: [w[0] + error * x[0], w[1] + error * x[1]], b: b + error, error };
    },
    start: (w = [0, 0], b = 0) => ({ w, b, next: 0, mistakes: 0, updates: 0, history: [], end: "", seen: { [[...w, b]]: 0 } }),
    // Look at the next sample. At the end of an epoch say whether it had no mistake, or has led to old weights.
    look(learner, X, y) {
      const k = learner.next;
      const { w, b, error } = PerceptronPlayground.math.correct(X[k], y[k], learner.w, learner.b);
      learner.last = { k, error, z: PerceptronPlayground.math.weightedSum(X[k], learner.w, learner.b) };
      if (k === 0) learner.mistakes = 0;
      Object.assign(learner, { w, b, next: (k + 1) % X.length, end: "" });
      learner.mistakes += error ? 1 : 0;
      learner.updates += error ? 1 : 0;
      if (learner.next > 0) return learner;
      learner.history.push(learner.mistakes);
      const weights = [...w, b];
      if (learner.mistakes === 0) learner.end = "settled";
      else if (weights in learner.seen) [learner.end, learner.before, learner.seen] = ["cycle", learner.seen[weights], {}];
      learner.seen[weights] = learner.history.length;
      return learner;
    },
    fit(X, y, epochs, w, b) {
      const learner = PerceptronPlayground.math.start(w, b);
      while (learner.end === "" && learner.history.length < epochs) PerceptronPlayground.math.look(learner, X, y);
      return learner;
    },
    // The part of the square from low to high in which the answer is 1, as a polygon, and its side on the line.
    sideOfOnes(w, b, low, high) {
      const corners = [[low, low], [high, low], [high, high], [low, high]];
      const [polygon, line] = [[], []];
      corners.forEach((p, k) => {
        const q = corners[(k + 1) % 4];
        const [zp, zq] = [p, q].map((x) => PerceptronPlayground.math.weightedSum(x, w, b));
        if (zp > 0) polygon.push(p);
        if (zp > 0 !== zq > 0) {
          const place = [0, 1].map((j) => p[j] + ((q[j] - p[j]) * zp) / (zp - zq));
          polygon.push(place);
          line.push(place);
        }
      });
      return { polygon, line };
    },
  };

  build() {
    const { range } = PerceptronPlayground;
    const board = (this.board = this.plane({ x: range, y: range, name: "plane" }));
    this.side = this.add("polygon", { class: "pg-side" }, board);
    const [zero, one] = [board.right(0), board.right(1)];
    for (const at of [zero, one]) {
      this.add("line", { class: "pg-dotted", x1: at, x2: at, y1: 0, y2: 320 }, board);
      this.add("line", { class: "pg-dotted", x1: 0, x2: 320, y1: 320 - at, y2: 320 - at }, board);
    }
    for (const [k, at] of [[0, zero], [1, one]]) {
      this.add("text", { class: "pg-halo", x: at + 4, y: 316 }, board, `x₁ = ${k}`);
      this.add("text", { class: "pg-halo", x: 4, y: 316 - at }, board, `x₂ = ${k}`);
    }
    this.line = this.add("line", { class: "pg-line" }, board);
    this.arrow = this.add("path", { class: "pg-line" }, board);
    this.texts = { yes: this.add("text", {}, board, this.say("yes")), no: this.add("text", {}, board, this.say("no")) };
    this.addKey();
    this.choice("data", ["AND", "OR", "XOR", "clouds"], "AND");
    const row = this.add("div", { class: "pg-buttons" }, this.controls);
    this.button("step", () => {
      this.stop();
      this.look();
    }, row);
    this.runner = this.button("run", () => (this.timer ? this.stop() : this.run()), row);
    this.button("forget", () => this.learn(), row);
    this.button("again", () => this.chosen(), row);
    this.counts = this.add("p", { class: "pg-hint" }, this.controls);
    this.chosen();
  }

  // What the marks mean.
  addKey() {
    const key = this.add("p", { class: "pg-hint pg-key" }, this.scene);
    for (const name of ["zero", "one", "wrong", "seen"]) {
      const part = this.add("span", {}, key);
      const svg = this.add("svg", { viewBox: "-13 -13 26 26", "aria-hidden": "true" }, part);
      if (name === "wrong") this.add("path", { class: "pg-wrong", d: "M-9 -9L9 9M9 -9L-9 9" }, svg);
      else if (name === "seen") this.add("circle", { class: "pg-next", r: 12 }, svg);
      else this.mark(svg, name === "one");
      this.add("span", {}, part, this.say(name));
    }
  }

  // The label as a shape: a hollow circle, or a filled square.
  mark(parent, y) {
    if (y) this.add("rect", { class: "pg-one", x: -6, y: -6, width: 12, height: 12 }, parent);
    else this.add("circle", { class: "pg-zero", r: 6.5 }, parent);
  }

  chosen() {
    const { samples, grid } = PerceptronPlayground;
    for (const point of this.points ?? []) point.remove();
    this.board.taken = undefined;
    this.X = samples[this.state.data].map((sample) => sample.slice(0, 2));
    this.y = samples[this.state.data].map((sample) => sample[2]);
    this.points = this.X.map((_, k) => {
      const point = this.point(this.board, {
        name: () => this.say("named", { k: k + 1, y: this.y[k] }),
        at: () => this.X[k],
        go: (place) => {
          this.X[k] = place.map((each) => Math.round(each * grid) / grid);
          this.learn(this.learner.w, this.learner.b);
        },
      });
      point.ring = this.add("circle", { class: "pg-next", r: 12 }, point);
      this.mark(point, this.y[k]);
      point.cross = this.add("path", { class: "pg-wrong", d: "M-9 -9L9 9M9 -9L-9 9" }, point);
      return point;
    });
    this.learn();
  }

  // Begin to learn, from weights of 0 or from those that a line has already.
  learn(w, b) {
    this.stop();
    this.learner = PerceptronPlayground.math.start(w, b);
  }

  look() {
    PerceptronPlayground.math.look(this.learner, this.X, this.y);
  }

  run() {
    const until = this.learner.history.length + 500;
    const all = () => {
      // after ten epochs one has seen how it goes: then a whole epoch at a time
      do this.look();
      while (this.learner.next > 0 && this.learner.history.length >= 10);
      return this.learner.end === "" && this.learner.history.length < until;
    };
    this.play(all, 1200 / this.X.length);
  }

  draw() {
    const { math, range } = PerceptronPlayground;
    const { learner, X, y } = this;
    const { w, b, last, history, updates, mistakes } = learner;
    const wrong = X.map((x, k) => (math.weightedSum(x, w, b) > 0 ? 1 : 0) !== y[k]);
    this.points.forEach((point, k) => {
      point.ring.style.display = last?.k === k ? "" : "none";
      point.cross.style.display = wrong[k] ? "" : "none";
    });
    this.drawLine(math.sideOfOnes(w, b, ...range), w, b);
    const shown = history.length > 12 ? ["…", ...history.slice(-12)] : history;
    this.counts.textContent = history.length ? this.say("history", { counts: shown.join(", ") }) : "\u00a0";
    this.runner.textContent = this.say(this.timer ? "pause" : "run");

    const short = (x) => Playground.short(x, 4); // sixteenths have four digits
    const pair = (x) => `(${x.map(short).join(", ")})`;
    const values = { w: pair(w), b: short(b), n: X.length, updates, mistakes, wrong: wrong.filter(Boolean).length };
    if (!last) return this.say(w.some(Boolean) ? "moved" : "fresh", values);
    if (learner.end === "settled") return this.say("settled", { ...values, epoch: history.length });
    if (learner.end === "cycle") {
      const before = learner.before ? this.say("after", { epoch: learner.before }) : this.say("atStart");
      return this.say("cycle", { ...values, epoch: history.length, before });
    }
    if (learner.next === 0 && history.length >= 500) return this.say("long", { ...values, epoch: history.length });
    const epoch = history.length + (learner.next > 0 ? 1 : 0);
    const effect = this.say({ 0: "right", 1: "plus", "-1": "minus" }[last.error]);
    const looked = { epoch, k: last.k + 1, x: pair(X[last.k]), y: y[last.k], a: last.z > 0 ? 1 : 0, z: short(last.z), effect };
    return this.say("looked", { ...values, ...looked });
  }

  drawLine({ polygon, line }, w, b) {
    const { board } = this;
    const at = ([x1, x2]) => [board.right(x1), board.down(x2)];
    this.set(this.side, { points: polygon.map(at).join(" ") });
    const there = line.length === 2;
    for (const part of [this.line, this.arrow]) part.style.display = there ? "" : "none";
    for (const text of Object.values(this.texts)) text.style.display = "none";
    if (!there) {
      this.set(this.texts[polygon.length ? "yes" : "no"], { x: 160, y: 20, class: "pg-middle" }).style.display = "";
      return;
    }
    const [[x1, y1], [x2, y2]] = line.map(at);
    this.set(this.line, { x1, y1, x2, y2 });
    // the arrow of w: perpendicular to the line, on the side of the ones
    const [mx, my, length] = [(x1 + x2) / 2, (y1 + y2) / 2, Math.hypot(...w)];
    const [dx, dy] = [w[0] / length, -w[1] / length];
    const [tx, ty] = [mx + 34 * dx, my + 34 * dy];
    this.set(this.arrow, { d: `M${mx} ${my}L${tx} ${ty}m${-8 * dx - 5 * dy} ${-8 * dy + 5 * dx}L${tx} ${ty}l${-8 * dx + 5 * dy} ${-8 * dy - 5 * dx}` });
    for (const [name, way] of [["yes", 40], ["no", -10]]) {
      const anchor = Math.abs(dx) < 0.4 ? "pg-middle" : way * dx > 0 ? "" : "pg-end";
      const text = this.set(this.texts[name], { class: `pg-halo ${anchor}` });
      text.style.display = "";
      // the whole word stays in the picture
      const width = text.getComputedTextLength();
      const before = { "pg-middle": width / 2, "pg-end": width }[anchor] ?? 0;
      const within = (value, low, high) => Math.min(Math.max(value, low), high);
      const [x, y] = [mx + way * dx, my + way * dy + (Math.abs(dx) < 0.4 ? 4 + Math.sign(way * dy) * 8 : 4)];
      this.set(text, { x: within(x, before + 4, 316 - width + before), y: within(y, 14, 312) });
    }
  }
}
customElements.define("dl-perceptron", PerceptronPlayground);
