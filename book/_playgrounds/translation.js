// Chapter 7: where the chapter's own translator looks while it writes. The page computes the weights when it is built,
// and hands them over as JSON: a list of {source, target, weights}, with a row of weights for each target word.
class TranslationPlayground extends Playground {
  static words = {
    en: {
      picture: "The translation on the left, the Korean words on the right, and lines between them.",
      sentence: "sentence", word: "the word to be said", again: "Start again",
      lines: "Thick or thin: the weights of the chosen word. Grey: of each other word, the largest.",
      told: "Before it says “{word}”, the decoder looks at {first} most, with weight {weight}, then at {second}, with {other}.",
    },
    ko: {
      picture: "왼쪽은 번역문, 오른쪽은 한국어 단어들, 그 사이에 선들.",
      sentence: "문장", word: "이제 말할 단어", again: "처음부터",
      lines: "굵거나 가는 선: 고른 단어의 가중치. 회색 선: 다른 단어마다 가장 큰 가중치.",
      told: "‘{word}’을(를) 말하기 전에 디코더는 {first}에 가장 크게, 가중치 {weight}로 주목하고, 다음은 {second}에 {other}로 주목합니다.",
    },
  };

  static math = {
    // The indices of a row of weights, the largest first.
    ranks: (row) => row.map((_, j) => j).sort((a, b) => row[b] - row[a]),
  };

  build() {
    const data = document.querySelector("script.translation-data");
    if (!data) throw new Error("dl-translation expects a script element of class translation-data with the weights; found none");
    this.data = JSON.parse(data.textContent);
    this.board = this.picture(320, 300, "picture");
    this.add("p", { class: "pg-hint" }, this.scene, this.say("lines"));
    this.choice("sentence", this.data.map((_, i) => String(i)), "0", (i) => this.data[i].source.join(" "));
    this.word = this.slider("word", { min: 0, max: 4, step: 1, value: 4, text: (i) => this.data[this.state.sentence].target[i] });
    this.button("again", () => this.turn(this.word, 4));
    this.chosen("sentence");
  }

  // Another sentence: its words, with room between them, and a line for each pair.
  chosen() {
    const { source, target } = this.data[this.state.sentence];
    this.board.replaceChildren();
    const [left, right] = [target, source].map((words) => words.map((_, i) => (300 * (i + 0.5)) / words.length));
    this.lines = left.map((y) => right.map((to) => this.add("line", { class: "pg-look", x1: 128, x2: 188, y1: y, y2: to }, this.board)));
    this.said = target.map((word, i) => this.add("text", { x: 116, y: left[i] + 4.5, class: "pg-end" }, this.board, word));
    source.forEach((word, j) => this.add("text", { x: 196, y: right[j] + 4.5, lang: "ko" }, this.board, word));
    this.weights = source.map((_, j) => this.add("text", { x: 318, y: right[j] + 4.5, class: "pg-end" }, this.board));
    this.word.max = target.length - 1;
    this.turn(this.word, Math.min(this.word.valueAsNumber, target.length - 1));
  }

  draw() {
    const { source, target, weights } = this.data[this.state.sentence];
    const chosen = this.state.word;
    weights.forEach((row, i) => {
      const [most] = TranslationPlayground.math.ranks(row);
      this.said[i].classList.toggle("pg-chosen", i === chosen);
      row.forEach((weight, j) => {
        const line = this.lines[i][j];
        line.classList.toggle("pg-faint", i !== chosen);
        line.style.display = i === chosen || j === most ? "" : "none"; // of the other words only the largest
        line.style.strokeWidth = i === chosen ? Math.max(10 * weight, 0.3) : 1.5;
      });
    });
    const row = weights[chosen];
    row.forEach((weight, j) => (this.weights[j].textContent = Playground.number(weight)));
    const [first, second] = TranslationPlayground.math.ranks(row);
    const numbers = { weight: Playground.number(row[first]), other: Playground.number(row[second]) };
    return this.say("told", { word: target[chosen], first: source[first], second: source[second], ...numbers });
  }
}
customElements.define("dl-translation", TranslationPlayground);
