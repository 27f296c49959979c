// Chapter 7: three words with queries, keys and values of two features; their scores, weights and outputs.
class AttentionPlayground extends Playground {
  static words = {
    en: {
      plane: "The arrows of three words, whose heads can be moved.",
      table: "Tables of three queries and three keys: their scores and weights.",
      arrows: "arrows", matching: "queries and keys", telling: "values and outputs", mask: "mask", none: "none", causal: "causal",
      padding: "padding: word 2", root: "divide scores by √d", again: "Start again", scores: "scores", weights: "weights",
      q: "query {i}", k: "key {i}", v: "value {i}", told: "Word {i} has the weights {weights} and the output {out}.",
    },
    ko: {
      plane: "끝을 옮길 수 있는 세 단어의 화살표.",
      table: "쿼리 셋과 키 셋의 점수표와 가중치표.",
      arrows: "화살표", matching: "쿼리와 키", telling: "밸류와 출력", mask: "마스크", none: "없음", causal: "인과 마스크",
      padding: "패딩: 단어 2", root: "점수를 √d로 나누기", again: "처음부터", scores: "점수", weights: "가중치",
      q: "쿼리 {i}", k: "키 {i}", v: "밸류 {i}", told: "단어 {i}: 가중치 {weights}, 출력 {out}.",
    },
  };

  static start = {
    q: [[1.3, 0.4], [-0.4, 1.3], [-1.2, -0.8]],
    k: [[0.8, -0.9], [0.9, 1.5], [-1.4, 0.3]],
    v: [[1.5, 0.3], [-0.5, 1.5], [-0.8, -1.3]],
  };

  static math = {
    // Row i says at which keys query i may look.
    mask(kind) {
      const may = { none: () => true, causal: (i, j) => j <= i, padding: (i, j) => j < 2 }[kind];
      return [0, 1, 2].map((i) => [0, 1, 2].map((j) => may(i, j)));
    },
    softmax(scores) {
      const highest = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - highest));
      const total = powers.reduce((sum, each) => sum + each, 0);
      return powers.map((each) => each / total);
    },
    // S = Q K^T / sqrt(d), with minus infinity where the mask hides a key; A = softmax(S) along the keys; out = A V
    attention(Q, K, V, mask, root = true) {
      const dot = (a, b) => a.reduce((sum, each, i) => sum + each * b[i], 0);
      const divisor = root ? Math.sqrt(Q[0].length) : 1;
      const scores = Q.map((q, i) => K.map((k, j) => (mask[i][j] ? dot(q, k) / divisor : -Infinity)));
      const weights = scores.map(AttentionPlayground.math.softmax);
      const out = weights.map((row) => V[0].map((_, m) => dot(row, V.map((v) => v[m]))));
      return { scores, weights, out };
    },
  };

  static marks = { q: "M-12 0a12 12 0 1 0 24 0a12 12 0 1 0 -24 0", k: "M-11-11h22v22h-22z", v: "M0-15l15 15l-15 15l-15-15z", o: "M-20 0l10-17h20l10 17l-10 17h-20z" };

  build() {
    this.vectors = structuredClone(AttentionPlayground.start);
    this.arrows = this.choice("arrows", ["matching", "telling"], "matching");
    this.mask = this.choice("mask", ["none", "causal", "padding"], "none");
    this.root = this.check("root", true);
    this.button("again", () => {
      this.vectors = structuredClone(AttentionPlayground.start);
      this.mask.value = this.state.mask = "none";
      this.root.checked = this.state.root = true;
      for (const { tell } of this.points) tell();
    });
    this.field = this.plane({ x: [-3, 3], y: [-3, 3], name: "plane" });
    const table = this.picture(320, 146, "table");
    this.tables = ["scores", "weights"].map((name, side) => {
      const x = 28 + 162 * side;
      this.add("text", { x: x + 63, y: 12, class: "pg-middle" }, table, this.say(name));
      for (let i = 0; i < 3; i += 1) {
        this.add("text", { x: x + 42 * i + 21, y: 32, class: "pg-middle" }, table, `k${i}`);
        this.add("text", { x: x - 5, y: 60 + 36 * i, class: "pg-end" }, table, `q${i}`);
      }
      const shades = side ? this.grid(table, { x, y: 38, rows: 3, columns: 3, width: 42, height: 36 }) : undefined;
      shades?.flat().forEach(({ box }) => box.classList.add("pg-weight"));
      return { shades, cells: this.grid(table, { x, y: 38, rows: 3, columns: 3, width: 42, height: 36 }) };
    });
    this.chosen("arrows");
  }

  // The arrows of the chosen kinds, and points at their heads; outputs cannot be moved.
  chosen(name) {
    if (name !== "arrows") return;
    this.field.replaceChildren();
    this.field.taken = undefined;
    const middle = `${this.field.right(0)} ${this.field.down(0)}`;
    this.add("path", { class: "pg-axis", d: `M0 ${this.field.down(0)}h320M${this.field.right(0)} 0v320` }, this.field);
    const kinds = this.state.arrows === "matching" ? ["q", "k"] : ["v", "o"];
    this.hull = this.add("polygon", { class: "pg-hull" }, this.field);
    this.lines = kinds.flatMap((kind) => [0, 1, 2].map((i) => {
      const line = this.add("path", { class: "pg-arrow", "data-kind": kind }, this.field);
      return (place) => line.setAttribute("d", `M${middle}L${this.field.right(place[0])} ${this.field.down(place[1])}`);
    }));
    const heads = kinds.flatMap((kind) => [0, 1, 2].map((i) => {
      const head = kind === "o" ? this.add("g", { "pointer-events": "none" }, this.field) : this.point(this.field, {
        name: () => this.say(kind, { i }),
        at: () => this.vectors[kind][i],
        go: (place) => (this.vectors[kind][i] = place),
      });
      this.add("path", { class: "pg-mark", d: AttentionPlayground.marks[kind], "data-kind": kind }, head);
      this.add("text", { class: "pg-middle", y: 4 }, head, `${kind}${i}`);
      return head;
    }));
    this.points = heads.filter((head) => head.tell);
    this.outputs = heads.filter((head) => !head.tell);
    this.kinds = kinds;
  }

  draw() {
    const { q, k, v } = this.vectors;
    const mask = AttentionPlayground.math.mask(this.state.mask);
    const { scores, weights, out } = AttentionPlayground.math.attention(q, k, v, mask, this.state.root);
    this.kinds.flatMap((kind) => ({ q, k, v, o: out })[kind]).forEach((place, i) => this.lines[i](place));
    this.outputs.forEach((head, i) => head.setAttribute("transform", `translate(${this.field.right(out[i][0])} ${this.field.down(out[i][1])})`));
    const corners = this.outputs.length ? v.map(([a, b]) => `${this.field.right(a)},${this.field.down(b)}`) : [];
    this.hull.setAttribute("points", corners.join(" "));
    mask.forEach((row, i) => row.forEach((may, j) => {
      this.tables[0].cells[i][j].text.textContent = Playground.number(scores[i][j]);
      this.tables[1].cells[i][j].text.textContent = Playground.number(weights[i][j]);
      for (const { cells } of this.tables) cells[i][j].box.classList.toggle("pg-off", !may);
      this.tables[1].shades[i][j].box.style.fillOpacity = 0.55 * weights[i][j];
    }));
    const list = (numbers) => numbers.map((each) => Playground.number(each)).join(", ");
    return [0, 1, 2].map((i) => this.say("told", { i, weights: list(weights[i]), out: `(${list(out[i])})` })).join(" ");
  }
}
customElements.define("dl-attention", AttentionPlayground);
