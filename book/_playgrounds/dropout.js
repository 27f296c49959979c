// Chapter 6: 24 outputs of a layer, the units that dropout switches off, and the mean over many draws.
class DropoutPlayground extends Playground {
  static words = {
    en: {
      picture: "Three tables of four samples and six units: the outputs, one draw, and the mean of all draws.",
      output: "outputs of the layer", one: "after dropout, draw {draws}: crossed units are off", off: "in a test: no unit is off",
      mean: "mean of all draws so far: {draws}", still: "a test draws nothing", rate: "dropout rate r", mode: "mode", training: "training", test: "test",
      next: "Next draw", many: "100 draws", data: "Other outputs", again: "Start again",
      told: "r = {rate}, draw {draws}: {off} of 24 units are off, {expected} on average. The others are multiplied by {factor}. The means over all draws differ from the outputs by {error} on average.",
      all: "r = 1: all units are off, in every draw. No factor can make up for that.",
      tested: "In a test no unit is off and nothing is scaled, whatever the rate: the outputs stay as they are.",
    },
    ko: {
      picture: "표본 넷과 유닛 여섯의 표 세 개: 출력, 한 번 뽑은 것, 뽑은 것 모두의 평균.",
      output: "층의 출력", one: "드롭아웃 뒤, {draws}번째 뽑기: × 표시는 꺼진 유닛", off: "테스트: 꺼진 유닛이 없음",
      mean: "지금까지 {draws}번 뽑은 평균", still: "테스트에서는 뽑지 않음", rate: "드롭아웃 비율 r", mode: "모드", training: "학습", test: "테스트",
      next: "다음 뽑기", many: "100번 뽑기", data: "다른 출력", again: "처음부터",
      told: "r = {rate}, {draws}번째 뽑기: 유닛 24개 중 {off}개가 꺼졌고, 평균은 {expected}개입니다. 나머지에는 {factor}을 곱합니다. 모든 뽑기의 평균은 원래 출력과 평균 {error}만큼 다릅니다.",
      all: "r = 1: 뽑을 때마다 모든 유닛이 꺼집니다. 어떤 배율로도 되돌릴 수 없습니다.",
      tested: "테스트에서는 비율이 얼마든 꺼지는 유닛도 배율도 없습니다. 출력은 그대로입니다.",
    },
  };

  static math = {
    // Equation (6.6): u holds a number between 0 and 1 for each output; below the rate the unit is off.
    dropout(x, u, rate) {
      const factor = rate < 1 ? 1 / (1 - rate) : 1; // with rate 1 nothing is left to be scaled
      const scale = u.map((row) => row.map((each) => (each >= rate ? factor : 0)));
      return { scale, out: x.map((row, i) => row.map((each, j) => each * scale[i][j])) };
    },
    // A table of four rows and six columns, of numbers from low to high, the same for a seed every time.
    table(seed, low = 0, high = 1) {
      const random = Playground.random(seed);
      return Array.from({ length: 4 }, () => Array.from({ length: 6 }, () => low + (high - low) * random()));
    },
    // The mean of the outputs over the draws 1, 2, ... up to a number.
    mean(x, rate, draws) {
      const { dropout, table } = DropoutPlayground.math;
      const sum = x.map((row) => row.map(() => 0));
      for (let draw = 1; draw <= draws; draw += 1) {
        dropout(x, table(draw), rate).out.forEach((row, i) => row.forEach((each, j) => (sum[i][j] += each)));
      }
      return sum.map((row) => row.map((each) => each / draws));
    },
  };

  static most = 2000; // draws

  build() {
    const svg = this.picture(320, 348, "picture");
    [this.output, this.one, this.mean] = [22, 140, 258].map((y) => {
      const title = this.add("text", { x: 2, y: y - 8 }, svg);
      return { title, cells: this.grid(svg, { x: 2, y, rows: 4, columns: 6, width: 52.5, height: 22 }) };
    });
    for (const { box, text } of this.one.cells.flat()) {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(box.getAttribute(name)));
      const cross = `M${x} ${y}l${width} ${height}M${x + width} ${y}l${-width} ${height}`;
      text.cross = this.add("path", { class: "pg-cross", d: cross }, svg);
    }
    this.rate = this.slider("rate", { min: 0, max: 1, step: 0.05, value: 0.5 });
    this.mode = this.choice("mode", ["training", "test"], "training");
    const buttons = this.add("div", { class: "pg-buttons" }, this.controls);
    const draw = (count) => (this.draws = Math.min(this.draws + count, DropoutPlayground.most));
    this.drawers = [["next", 1], ["many", 100]].map(([name, count]) => this.button(name, () => draw(count), buttons));
    this.button("data", () => this.fill(this.seed + 1), buttons);
    this.button("again", () => {
      this.turn(this.rate, 0.5);
      this.mode.value = this.state.mode = "training";
      this.fill(1);
    }, buttons);
    this.fill(1);
  }

  // Outputs of a layer before dropout, between 0.5 and 9.5, with one digit.
  fill(seed) {
    [this.seed, this.draws] = [seed, 1];
    this.x = DropoutPlayground.math.table(1000 + seed, 0.5, 9.5).map((row) => row.map((each) => Math.round(each * 10) / 10));
  }

  draw() {
    const { dropout, mean, table } = DropoutPlayground.math;
    const [x, draws, training] = [this.x, this.draws, this.state.mode === "training"];
    const rate = training ? this.state.rate : 0;
    const { out, scale } = dropout(x, table(draws), rate);
    const means = mean(x, rate, draws);
    let [off, error] = [0, 0];
    x.forEach((row, i) => row.forEach((each, j) => {
      const { box, text } = this.one.cells[i][j];
      const isOff = scale[i][j] === 0;
      off += isOff;
      error += Math.abs(means[i][j] - each) / 24;
      box.classList.toggle("pg-off", isOff);
      text.cross.style.display = isOff ? "" : "none";
      text.textContent = isOff ? "" : Playground.number(out[i][j], 1);
      this.output.cells[i][j].text.textContent = Playground.number(each, 1);
      this.mean.cells[i][j].text.textContent = Playground.number(means[i][j], 1);
    }));
    for (const drawer of this.drawers) drawer.disabled = !training;
    const titles = [[this.output, "output"], [this.one, training ? "one" : "off"], [this.mean, training ? "mean" : "still"]];
    for (const [{ title }, name] of titles) title.textContent = this.say(name, { draws });
    if (!training) return this.say("tested");
    if (rate === 1) return this.say("all");
    const [shown, factor, gap] = [rate, 1 / (1 - rate), error].map((each) => Playground.number(each));
    return this.say("told", { rate: shown, draws, off, expected: Playground.number(24 * rate, 1), factor, error: gap });
  }
}
customElements.define("dl-dropout", DropoutPlayground);
