// Chapter 6: a batch of up to four samples with six features, normalized down the columns or along the rows.
class NormalizationPlayground extends Playground {
  static words = {
    en: {
      picture: "Two tables with a row for each sample and a column for each feature: above the inputs, below the outputs.",
      input: "inputs; dashed: averaged with your number", output: "outputs; thick frames: changed",
      layer: "layer", batch: "batch normalization", features: "layer normalization", mode: "mode", training: "training", test: "test",
      samples: "samples in the batch", value: "sample 1, feature 3",
      step: "Training step", ten: "Ten training steps", data: "Other numbers", again: "Start again",
      column: "Batch normalization in training: feature 3 has the mean {mean} and the variance {variance} over the batch of {n}. Its running mean is {old} after {steps} training steps.",
      stored: "Batch normalization in a test: feature 3 uses the running mean {mean} and the running variance {variance}, after {steps} training steps.",
      row: "Layer normalization in training: sample 1 has the mean {mean} and the variance {variance} over its features.",
      later: "Layer normalization in a test, the same as in training: sample 1 has the mean {mean} and the variance {variance} over its features.",
      changed: "The number, {before} at first, is {value}. With it {count} of {all} outputs have changed, in {rows} of {n} samples.",
      same: "Move the number of sample 1, and see which outputs change.",
      alone: "In a batch of one each number is its own mean: all outputs are 0, whatever you do.",
    },
    ko: {
      picture: "표본마다 한 행, 특성마다 한 열인 표 두 개. 위는 입력, 아래는 출력.",
      input: "입력: 점선 틀 안은 옮기는 수와 함께 평균", output: "출력: 굵은 틀은 바뀐 수입니다",
      layer: "층", batch: "배치 정규화", features: "층 정규화", mode: "모드", training: "학습", test: "테스트",
      samples: "배치의 표본 수", value: "표본 1, 특성 3",
      step: "학습 한 걸음", ten: "학습 열 걸음", data: "다른 수", again: "처음부터",
      column: "학습 중의 배치 정규화: 표본 {n}개인 배치에서 특성 3의 평균은 {mean}, 분산은 {variance}입니다. 학습 {steps}걸음 뒤의 이동 평균은 {old}입니다.",
      stored: "테스트의 배치 정규화: 특성 3에 학습 {steps}걸음 뒤의 이동 평균 {mean}, 이동 분산 {variance}을 씁니다.",
      row: "학습 중의 층 정규화: 표본 1의 특성들은 평균 {mean}, 분산 {variance}입니다.",
      later: "테스트의 층 정규화, 학습 때와 같음: 표본 1의 특성들은 평균 {mean}, 분산 {variance}입니다.",
      changed: "처음에 {before}이던 수가 지금 {value}입니다. 출력 {all}개 중 {count}개, 표본 {n}개 중 {rows}개가 바뀌었습니다.",
      same: "표본 1의 수를 움직여 어느 출력이 바뀌는지 보세요.",
      alone: "표본이 하나뿐인 배치에서는 모든 수가 자기 자신의 평균입니다. 무엇을 해도 출력은 모두 0입니다.",
    },
  };

  static math = {
    // Mean and biased variance of one group of numbers.
    moments(group) {
      const mean = group.reduce((sum, x) => sum + x, 0) / group.length;
      return { mean, variance: group.reduce((sum, x) => sum + (x - mean) ** 2, 0) / group.length };
    },
    columns: (X) => X[0].map((_, j) => X.map((row) => row[j])),
    // gamma * (x - mean) / sqrt(variance + eps) + beta, with a gamma and a beta for each feature
    normalize(X, moments, gamma, beta, eps = 1e-5) {
      return X.map((row, i) => row.map((x, j) => {
        const { mean, variance } = moments(i, j);
        return (gamma?.[j] ?? 1) * ((x - mean) / Math.sqrt(variance + eps)) + (beta?.[j] ?? 0);
      }));
    },
    // With the mean and variance of each column of the batch, or, in a test, with running ones.
    batchnorm(X, running, gamma, beta) {
      const { moments, columns, normalize } = NormalizationPlayground.math;
      const used = running ?? columns(X).map(moments);
      return normalize(X, (i, j) => used[j], gamma, beta);
    },
    layernorm(X, gamma, beta) {
      const { moments, normalize } = NormalizationPlayground.math;
      const used = X.map(moments);
      return normalize(X, (i) => used[i], gamma, beta);
    },
    // What one training step makes of the running statistics.
    remember(running, X, alpha = 0.9) {
      const fresh = NormalizationPlayground.math.columns(X).map(NormalizationPlayground.math.moments);
      const mixed = (j, name) => alpha * running[j][name] + (1 - alpha) * fresh[j][name];
      return running.map((_, j) => ({ mean: mixed(j, "mean"), variance: mixed(j, "variance") }));
    },
  };

  build() {
    const [width, height, left] = [50, 26, 16];
    const svg = this.picture(320, 274, "picture");
    [this.input, this.output] = [["input", 24], ["output", 166]].map(([name, y]) => {
      this.add("text", { x: left, y: y - 9 }, svg, this.say(name));
      const rows = this.grid(svg, { x: left, y, rows: 4, columns: 6, width, height });
      const signs = rows.map((_, i) => this.add("text", { x: 2, y: y + height * (i + 0.5) + 4.5 }, svg, String(i + 1)));
      return rows.map((cells, i) => ({ cells, sign: signs[i] }));
    });
    this.frame = (n) => (this.state.layer === "batch"
      ? { x: left + 2 * width, y: 24, width, height: n * height }
      : { x: left, y: 24, width: 6 * width, height });
    this.framed = this.add("rect", { class: "pg-frame" }, svg);
    this.layer = this.choice("layer", ["batch", "features"], "batch");
    this.mode = this.choice("mode", ["training", "test"], "training");
    this.samples = this.choice("samples", ["4", "3", "2", "1"], "4", String);
    this.value = this.slider("value", { min: -9, max: 9, step: 0.1, value: 0, text: (x) => Playground.number(x, 1) });
    const buttons = this.add("div", { class: "pg-buttons" }, this.controls);
    this.trainers = [["step", 1], ["ten", 10]].map(([name, count]) => this.button(name, () => this.train(count), buttons));
    this.button("data", () => this.fill(this.seed + 1), buttons);
    this.button("again", () => {
      this.layer.value = this.state.layer = "batch";
      this.mode.value = this.state.mode = "training";
      this.samples.value = this.state.samples = "4";
      this.fill(1);
    }, buttons);
    this.fill(1);
  }

  // Numbers from -5 to 7 with one digit; nothing has been trained on them.
  fill(seed) {
    const random = Playground.random(seed);
    this.seed = seed;
    this.first = [1, 2, 3, 4].map(() => [1, 2, 3, 4, 5, 6].map(() => Math.round(120 * random() - 50) / 10));
    this.turn(this.value, this.first[0][2]);
    [this.running, this.steps] = [this.first[0].map(() => ({ mean: 0, variance: 1 })), 0];
  }

  // The batch, as it was at first or with the number as it is now.
  batch(number) {
    return this.first.slice(0, Number(this.state.samples)).map((row, i) => row.map((x, j) => (i === 0 && j === 2 ? number : x)));
  }

  train(count) {
    const batch = this.batch(this.state.value);
    for (let k = 0; k < count; k += 1) this.running = NormalizationPlayground.math.remember(this.running, batch);
    this.steps += count;
  }

  draw() {
    const { moments, columns, batchnorm, layernorm } = NormalizationPlayground.math;
    const { layer, mode, value } = this.state;
    const [isBatch, isTest] = [layer === "batch", mode === "test"];
    const normalize = isBatch ? (X) => batchnorm(X, isTest ? this.running : undefined) : (X) => layernorm(X);
    const [before, X] = [this.first[0][2], this.batch(value)];
    const [out, first, n] = [normalize(X), normalize(this.batch(before)), X.length];
    const isNew = (i, j) => Math.abs(out[i][j] - first[i][j]) > 1e-9;
    for (const [rows, numbers, digits] of [[this.input, X, 1], [this.output, out, 2]]) {
      rows.forEach(({ cells, sign }, i) => {
        sign.style.display = i < n ? "" : "none";
        cells.forEach(({ box, text }, j) => {
          box.style.display = i < n ? "" : "none";
          text.textContent = i < n ? Playground.number(numbers[i][j], digits) : "";
          box.classList.toggle("pg-new", i < n && (digits === 1 ? i === 0 && j === 2 : isNew(i, j)));
        });
      });
    }
    this.framed.style.display = isBatch && isTest ? "none" : ""; // a test averages nothing
    this.set(this.framed, this.frame(n));
    for (const trainer of this.trainers) trainer.disabled = !isBatch || isTest;
    const used = isBatch ? (isTest ? this.running[2] : moments(columns(X)[2])) : moments(X[0]);
    const [mean, variance] = [used.mean, used.variance].map((each) => Playground.number(each));
    const old = Playground.number(this.running[2].mean);
    const words = this.say(isBatch ? (isTest ? "stored" : "column") : isTest ? "later" : "row", { mean, variance, n, steps: this.steps, old });
    if (isBatch && !isTest && n === 1) return `${words} ${this.say("alone")}`;
    if (value === before) return `${words} ${this.say("same")}`;
    const rows = out.map((row, i) => row.filter((_, j) => isNew(i, j)).length);
    const counts = { count: rows.reduce((sum, each) => sum + each, 0), all: 6 * n, rows: rows.filter(Boolean).length, n };
    const numbers = { before: Playground.number(before, 1), value: Playground.number(value, 1) };
    return `${words} ${this.say("changed", { ...numbers, ...counts })}`;
  }
}
customElements.define("dl-normalization", NormalizationPlayground);
