// Chapter 5: seven rules walk down the same loss from the same start, with one learning rate for all.
class OptimizersPlayground extends Playground {
  static words = {
    en: {
      picture: "Lines of equal loss, a start that can be moved, and the paths from it.", start: "start",
      minimum: "minimum", stop: "saddle point", surface: "loss", ravine: "ravine", saddle: "saddle", rosenbrock: "Rosenbrock's valley",
      rate: "learning rate η", sgd: "gradient descent", momentum: "momentum", nesterov: "Nesterov", adagrad: "AdaGrad",
      rmsprop: "RMSProp", adam: "Adam", adamw: "AdamW", step: "One step", run: "Run", pause: "Pause", again: "Start again",
      told: "{steps} steps with η = {lr} from ({x}, {y}). {each}", one: "{name}: {result}.", nobody: "Nobody runs: tick a rule.",
      onTheWay: "loss {loss}", arrived: "arrived in step {step}", rests: "stands still",
      slid: "slid off in step {step}", lost: "lost in step {step}, it grows without end",
    },
    ko: {
      picture: "손실의 등고선, 옮길 수 있는 출발점, 그리고 거기서 나온 경로들.", start: "출발점",
      minimum: "최소", stop: "안장점", surface: "손실", ravine: "협곡", saddle: "안장", rosenbrock: "로젠브록 골짜기",
      rate: "학습률 η", sgd: "경사 하강법", momentum: "모멘텀", nesterov: "네스테로프", adagrad: "AdaGrad",
      rmsprop: "RMSProp", adam: "Adam", adamw: "AdamW", step: "한 걸음", run: "달리기", pause: "멈춤", again: "처음부터",
      told: "({x}, {y})에서 η = {lr}로 {steps}걸음. {each}", one: "{name}: {result}.", nobody: "아무도 달리지 않습니다. 규칙을 고르세요.",
      onTheWay: "손실 {loss}", arrived: "{step}걸음째 도착", rests: "안장 위에 멈춰 있음",
      slid: "{step}걸음째 미끄러져 내려감", lost: "{step}걸음째 벗어나 끝없이 커짐",
    },
  };

  // The losses: where the picture reaches, the lines of equal loss, where and how fast to start, how long to run.
  static surfaces = {
    ravine: { x: [-8, 4], y: [-3, 3], levels: [0.1, 0.5, 1.5, 3, 5, 8], start: [-7, 2], goal: [0, 0], rate: -1, steps: 30, most: 150 },
    saddle: {
      x: [-1.6, 1.6], y: [-1.6, 1.6], levels: [-2, -1, -0.4, -0.1, 0.1, 0.4, 1, 2], start: [1, 0.001], goal: [0, 0],
      rate: -1.5, steps: 30, most: 150,
    },
    rosenbrock: {
      x: [-2, 2], y: [-1, 3], levels: [0.3, 2, 10, 40, 120, 300, 700], start: [-1.2, 1], goal: [1, 1],
      rate: -2.7, steps: 300, most: 1000,
    },
  };

  // The rules: does it run at first, the shape of its mark, and whether mark and line are open.
  static rules = {
    sgd: [true, "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"], momentum: [true, "M-4-4h8v8h-8z"], nesterov: [false, "M-4-4h8v8h-8z", true],
    adagrad: [false, "M0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z"], rmsprop: [false, "M-5-4h10l-5 9z"],
    adam: [true, "M-5 4h10l-5-9z"], adamw: [false, "M-5 4h10l-5-9z", true],
  };

  static math = {
    value(surface, [x, y]) {
      return { ravine: x ** 2 / 20 + y ** 2, saddle: x ** 2 - y ** 2, rosenbrock: (1 - x) ** 2 + 100 * (y - x ** 2) ** 2 }[surface];
    },
    grad(surface, [x, y]) {
      return {
        ravine: [x / 10, 2 * y],
        saddle: [2 * x, -2 * y],
        rosenbrock: [-2 * (1 - x) - 400 * x * (y - x ** 2), 200 * (y - x ** 2)],
      }[surface];
    },

    // One step of a rule, from weights w with the gradient g: the new weights, and what the rule remembers.
    sgd: (w, g, kept, lr) => [w.map((each, i) => each - lr * g[i]), {}],
    momentum(w, g, { v = [0, 0] }, lr, beta = 0.9) {
      v = v.map((each, i) => beta * each + g[i]);
      return [w.map((each, i) => each - lr * v[i]), { v }];
    },
    nesterov(w, g, { v = [0, 0] }, lr, beta = 0.9) {
      v = v.map((each, i) => beta * each + g[i]);
      return [w.map((each, i) => each - lr * (g[i] + beta * v[i])), { v }];
    },
    adagrad(w, g, { h = [0, 0] }, lr, eps = 1e-8) {
      h = h.map((each, i) => each + g[i] ** 2);
      return [w.map((each, i) => each - (lr * g[i]) / (Math.sqrt(h[i]) + eps)), { h }];
    },
    rmsprop(w, g, { h = [0, 0] }, lr, rho = 0.9, eps = 1e-8) {
      h = h.map((each, i) => rho * each + (1 - rho) * g[i] ** 2);
      return [w.map((each, i) => each - (lr * g[i]) / (Math.sqrt(h[i]) + eps)), { h }];
    },
    adam(w, g, { t = 0, m = [0, 0], v = [0, 0] }, lr, beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
      t += 1;
      m = m.map((each, i) => beta1 * each + (1 - beta1) * g[i]);
      v = v.map((each, i) => beta2 * each + (1 - beta2) * g[i] ** 2);
      const [m_hat, v_hat] = [m.map((each) => each / (1 - beta1 ** t)), v.map((each) => each / (1 - beta2 ** t))];
      return [w.map((each, i) => each - (lr * m_hat[i]) / (Math.sqrt(v_hat[i]) + eps)), { t, m, v }];
    },
    adamw(w, g, kept, lr, decay = 0.01) {
      const shrunk = w.map((each) => (1 - lr * decay) * each);
      return OptimizersPlayground.math.adam(shrunk, g, kept, lr);
    },

    // A path of so many steps; it ends earlier where a rule arrives, slides off the saddle, or is lost.
    walk(rule, surface, start, lr, steps) {
      const { value, grad, [rule]: step } = OptimizersPlayground.math;
      const path = [start];
      let [w, kept, end] = [start, {}, "onTheWay"];
      while (end === "onTheWay" && path.length <= steps) {
        [w, kept] = step(w, grad(surface, w), kept, lr);
        path.push(w);
        if (!(Math.max(...w.map(Math.abs)) < 1e4)) end = "lost";
        else if (surface !== "saddle" && value(surface, w) < 1e-3) end = "arrived";
        else if (value(surface, w) < -1) end = "slid";
      }
      if (end === "onTheWay" && surface === "saddle" && Math.hypot(...grad(surface, w)) < 1e-3) end = "rests";
      return { path, end, loss: value(surface, w) };
    },

    // A line of equal loss, as pieces from cell to cell of a grid: each side of a cell is cut where the loss passes the level.
    contour(surface, level, x, y, n = 100) {
      const at = ([i, j]) => [x[0] + ((x[1] - x[0]) * i) / n, y[0] + ((y[1] - y[0]) * j) / n];
      const pieces = [];
      for (let cell = 0; cell < n * n; cell += 1) {
        const [i, j] = [cell % n, Math.floor(cell / n)];
        const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map(at);
        const over = corners.map((corner) => OptimizersPlayground.math.value(surface, corner) - level);
        const cuts = [];
        corners.forEach(([a, b], k) => {
          const [c, d] = corners[(k + 1) % 4];
          const share = over[k] / (over[k] - over[(k + 1) % 4]);
          if (over[k] < 0 !== over[(k + 1) % 4] < 0) cuts.push([a + share * (c - a), b + share * (d - b)]);
        });
        for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([cuts[k], cuts[k + 1]]);
      }
      return pieces;
    },
  };

  build() {
    const { surfaces, rules } = OptimizersPlayground;
    this.choice("surface", Object.keys(surfaces), "ravine");
    this.rate = this.slider("rate", { min: -4, max: 0.5, step: 0.1, value: -1, text: (power) => this.brief(10 ** power) });
    const boxes = this.add("div", { class: "pg-rules" }, this.controls);
    this.keys = {};
    for (const [rule, [runs, shape, open]] of Object.entries(rules)) {
      const { label } = this.check(rule, runs, boxes);
      const key = this.add("svg", { viewBox: "-8 -8 16 16", "data-rule": rule, "aria-hidden": "true" });
      label.insertBefore(key, label.lastChild);
      this.add("path", { d: shape, class: open ? "pg-head pg-open" : "pg-head" }, key);
      this.keys[rule] = this.add("span", { class: "pg-value", "aria-hidden": "true" }, label);
    }
    const buttons = this.add("div", { class: "pg-buttons" }, this.controls);
    this.button("step", () => this.go(this.state.steps + 1), buttons);
    this.runner = this.button("run", () => this.run(), buttons);
    this.button("again", () => this.chosen("surface", 0), buttons);
    this.chosen("surface");
  }

  // Another loss, or the same anew: its picture, its start and its rate.
  chosen(name, steps) {
    if (name !== "surface") return;
    const surface = OptimizersPlayground.surfaces[this.state.surface];
    this.start = surface.start;
    this.go(steps ?? surface.steps);
    this.turn(this.rate, surface.rate);
    this.scene.replaceChildren();
    this.map = this.plane({ x: surface.x, y: surface.y, name: "picture" });
    const spot = (place) => `${this.map.right(place[0]).toFixed(1)} ${this.map.down(place[1]).toFixed(1)}`;
    const pieces = surface.levels.flatMap((level) => OptimizersPlayground.math.contour(this.state.surface, level, surface.x, surface.y));
    this.add("path", { class: "pg-axis", d: pieces.map(([one, other]) => `M${spot(one)}L${spot(other)}`).join("") }, this.map);
    this.add("text", { x: 316, y: 312, class: "pg-end pg-halo" }, this.map, "w₁");
    this.add("text", { x: 6, y: 16, class: "pg-halo" }, this.map, "w₂");
    const [x, y] = [this.map.right(surface.goal[0]), this.map.down(surface.goal[1])];
    this.add("path", { class: "pg-goal", d: `M${x - 5} ${y}h10m-5-5v10` }, this.map);
    this.add("text", { x: x + 7, y: y + 16, class: "pg-halo" }, this.map, this.say(this.state.surface === "saddle" ? "stop" : "minimum"));
    this.tracks = {};
    for (const [rule, [, shape, open]] of Object.entries(OptimizersPlayground.rules)) {
      const part = this.add("g", { "data-rule": rule, class: open ? "pg-open" : "" }, this.map);
      this.tracks[rule] = [part, ...["pg-track", "pg-steps", "pg-head"].map((look) => this.add("path", { class: look }, part))];
      this.tracks[rule][3].setAttribute("d", shape);
    }
    this.spot = this.point(this.map, {
      name: () => this.say("start"),
      at: () => this.start,
      go: (place) => (this.start = place.map((each) => Math.round(each * 100) / 100)),
    });
    this.add("circle", { class: "pg-start", r: 6 }, this.spot);
  }

  go(steps) {
    this.stop();
    this.state.steps = Math.min(steps, OptimizersPlayground.surfaces[this.state.surface].most);
  }

  // Run to the end, or pause. Long races go five steps at a time.
  run() {
    const { most } = OptimizersPlayground.surfaces[this.state.surface];
    const runs = this.timer !== undefined;
    this.go(!runs && this.state.steps >= most ? 0 : this.state.steps);
    if (runs) return;
    this.play(() => {
      this.state.steps = Math.min(this.state.steps + (most > 500 ? 5 : 1), most);
      return this.state.steps < most;
    });
  }

  draw() {
    const { surface, steps, rate } = this.state;
    const [lr, told] = [10 ** rate, []];
    for (const [rule, [part, track, dots, head]] of Object.entries(this.tracks)) {
      part.style.display = this.state[rule] ? "" : "none";
      this.keys[rule].textContent = "";
      if (!this.state[rule]) continue;
      const { path, end, loss } = OptimizersPlayground.math.walk(rule, surface, this.start, lr, steps);
      const far = (value) => Math.min(Math.max(value, -2000), 2000).toFixed(1); // of pixels, where a walk is lost
      const spots = path.map(([x, y]) => `${far(this.map.right(x))} ${far(this.map.down(y))}`);
      track.setAttribute("d", `M${spots.join("L")}`);
      dots.setAttribute("d", path.length < 200 ? spots.map((spot) => `M${spot}h0`).join("") : "");
      const [x, y] = this.map.within(path.at(-1)); // a mark at the edge: it has left the picture
      head.setAttribute("transform", `translate(${this.map.right(x)} ${this.map.down(y)})`);
      const result = this.say(end, { step: path.length - 1, loss: this.brief(loss) });
      this.keys[rule].textContent = result.split(",")[0];
      told.push(this.say("one", { name: this.say(rule), result }));
    }
    this.runner.textContent = this.say(this.timer === undefined ? "run" : "pause");
    const [x, y] = this.start.map((each) => this.brief(each));
    return this.say("told", { steps, lr: this.brief(lr), x, y, each: told.join(" ") || this.say("nobody") });
  }

  // The two digits that matter.
  brief(x) {
    if (Math.abs(x) >= 1e6) return Playground.number(x);
    return String(Number(x.toPrecision(2))).replaceAll("-", "−");
  }
}
customElements.define("dl-optimizers", OptimizersPlayground);
