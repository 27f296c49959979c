// The reader's own marks: chapters that were read, and questions that were answered or not yet. They stay in this
// browser's local storage and are sent nowhere. A plain script, so that it also works from disk. The build says which
// pages are chapters (`readerMarks`), and lists all questions on the page of progress.
(() => {
  const KEY = "dlcourse-marks";
  const NAME = /^[a-z0-9][a-z0-9-]{0,79}$/;
  const LARGEST = 100_000; // characters of a file of marks
  const TABLE = {
    en: {
      read: "Mark this chapter as read", wasRead: "read", mine: "Your mark for this question", had: "I had it",
      again: "Not yet", progress: "Your progress", chapter: "Chapter", state: "Read", yes: "yes", no: "no",
      questions: "Questions answered", count: (had, again, all) => `${had + again} of ${all}` + (again ? `, ${again} not yet` : ""),
      total: (read, chapters, had, all) => `You have read ${read} of ${chapters} chapters, and had ${had} of ${all} questions.`,
      reread: "To reread", nothing: "No question is marked “Not yet”.", question: (title, number) => `${title}: question ${number}`,
      marks: "Your marks", save: "Save to a file", load: "Load from a file", forget: "Forget everything",
      sure: "Forget all marks in this browser? A file that you saved stays.", forgetYes: "Forget them", forgetNo: "Keep them",
      saved: "Saved to dlcourse-progress.json.", loaded: (n) => `Loaded ${n} marks. They replace those that were here.`,
      forgotten: "All marks are forgotten.", bad: (name, why) => `Nothing was loaded. Expected a file of marks that this page saved; in ${name} ${why}.`,
      noJson: "there is no JSON", noMarks: "there are no marks in the form of version 1", tooLarge: "there are more than 100,000 characters",
      unread: "it could not be read", notKept: "Your browser does not keep marks for this page. They last until you leave it.",
      spoiled: "The marks that this browser kept could not be read. The next mark replaces them.",
    },
    ko: {
      read: "이 장을 읽음으로 표시", wasRead: "읽음", mine: "이 문제에 대한 내 표시", had: "맞혔음",
      again: "아직", progress: "나의 진도", chapter: "장", state: "읽음", yes: "예", no: "아니요",
      questions: "답한 문제", count: (had, again, all) => `${all}개 중 ${had + again}개` + (again ? `, 아직 ${again}개` : ""),
      total: (read, chapters, had, all) => `${chapters}개 장 중 ${read}개를 읽었고, ${all}개 문제 중 ${had}개를 맞혔습니다.`,
      reread: "다시 읽을 것", nothing: "“아직”으로 표시한 문제가 없습니다.", question: (title, number) => `${title}: 문제 ${number}`,
      marks: "내 표시", save: "파일로 저장", load: "파일에서 불러오기", forget: "모두 지우기",
      sure: "이 브라우저의 표시를 모두 지울까요? 저장한 파일은 그대로 남습니다.", forgetYes: "지우기", forgetNo: "그대로 두기",
      saved: "dlcourse-progress.json에 저장했습니다.", loaded: (n) => `표시 ${n}개를 불러와 이전 표시와 바꾸었습니다.`,
      forgotten: "표시를 모두 지웠습니다.", bad: (name, why) => `불러오지 못했습니다. 이 페이지에서 저장한 파일이 필요합니다. ${name}: ${why}.`,
      noJson: "JSON이 아닙니다", noMarks: "버전 1 형식의 표시가 없습니다", tooLarge: "100,000자를 넘습니다",
      unread: "읽을 수 없습니다", notKept: "브라우저가 이 페이지의 표시를 보관하지 않습니다. 페이지를 떠나면 사라집니다.",
      spoiled: "보관된 표시를 읽을 수 없습니다. 다음 표시가 그것을 대신합니다.",
    },
  };
  const words = TABLE[document.documentElement.lang.slice(0, 2)] ?? TABLE.en;

  // What is kept: {version: 1, read: ["ch-losses"], answers: {"q-losses-pulls": "had" or "again"}}
  const none = () => ({ version: 1, read: [], answers: {} });
  let marks = none();
  let trouble = "";
  const isMarks = (value) =>
    value?.version === 1 && Array.isArray(value.read) && value.read.every((name) => typeof name === "string" && NAME.test(name)) &&
    typeof value.answers === "object" && value.answers !== null && !Array.isArray(value.answers) &&
    Object.entries(value.answers).every(([name, mark]) => NAME.test(name) && ["had", "again"].includes(mark));
  const plain = ({ read, answers }) => ({ version: 1, read: [...new Set(read)], answers: { ...answers } });
  const parsed = (text) => {
    if (text.length > LARGEST) return words.tooLarge;
    try {
      const value = JSON.parse(text);
      return isMarks(value) ? plain(value) : words.noMarks;
    } catch {
      return words.noJson;
    }
  };
  const recall = () => {
    let text;
    try {
      text = localStorage.getItem(KEY);
    } catch {
      trouble = words.notKept;
      return;
    }
    const found = text === null ? none() : parsed(text);
    [marks, trouble] = typeof found === "string" ? [none(), words.spoiled] : [found, ""];
  };
  const views = [];
  const show = () => { for (const view of views) view(); };
  const change = (edit) => {
    if (trouble !== words.notKept) recall(); // another window may have added marks
    edit();
    try {
      localStorage.setItem(KEY, JSON.stringify(marks));
      trouble = "";
    } catch {
      trouble = words.notKept;
    }
    show();
  };
  window.addEventListener("storage", (event) => {
    if (event.key !== KEY && event.key !== null) return;
    recall();
    show();
  });

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const button = (label, act) => {
    const element = make("button", { type: "button", class: "mark-button" }, label);
    element.addEventListener("click", act);
    return element;
  };
  const toggle = (label, isOn, act) => {
    const element = button(label, () => change(act));
    element.classList.add("mark-toggle");
    views.push(() => element.setAttribute("aria-pressed", isOn()));
    return element;
  };
  const troubleLine = () => {
    const line = make("p", { role: "status", class: "mark-trouble" });
    views.push(() => { line.textContent = trouble; });
    return line;
  };
  const root = document.documentElement.dataset.content_root ?? "./";
  const isRead = (chapter) => marks.read.includes(chapter);

  const markChapter = (chapter) => {
    const flip = () => {
      marks.read = isRead(chapter) ? marks.read.filter((name) => name !== chapter) : [...marks.read, chapter];
    };
    document.querySelector("article")?.append(make("div", { class: "chapter-marks" },
      toggle(words.read, () => isRead(chapter), flip), make("a", { href: `${root}progress.html` }, words.progress), troubleLine()));
  };

  const markQuestion = (fold) => {
    const set = (mark) => () => {
      if (marks.answers[fold.id] === mark) delete marks.answers[fold.id];
      else marks.answers[fold.id] = mark;
    };
    const choices = ["had", "again"].map((mark) => toggle(words[mark], () => marks.answers[fold.id] === mark, set(mark)));
    fold.append(make("div", { class: "question-marks", role: "group", "aria-label": words.mine }, ...choices));
    const sign = make("span", { class: "question-sign" });
    fold.querySelector("summary").append(" ", sign);
    views.push(() => {
      const mark = marks.answers[fold.id];
      sign.textContent = mark ? `${mark === "had" ? "✓" : "↻"} ${words[mark]}` : "";
    });
  };

  const signSidebar = () => {
    const addressOf = (page) => new URL(`${root}${page}.html`, location).pathname;
    for (const link of document.querySelectorAll(".bd-sidebar-primary .bd-links a.reference.internal")) {
      const page = Object.keys(readerMarks.chapters).find((name) => link.pathname === addressOf(name));
      if (!page) continue;
      const sign = make("span", { class: "read-sign" }, make("span", { "aria-hidden": "true" }, " ✓"),
        make("span", { class: "visually-hidden" }, ` (${words.wasRead})`));
      link.append(sign);
      views.push(() => { sign.hidden = !isRead(readerMarks.chapters[page]); });
    }
  };

  const listProgress = (list) => {
    const chapters = [...list.children].map((entry) => ({
      label: entry.id, link: entry.querySelector("a"), questions: [...entry.querySelectorAll("ol a")],
    }));
    const nameOf = (question) => question.hash.slice(1);
    const marked = (questions, mark) => questions.filter((question) => marks.answers[nameOf(question)] === mark);
    const all = chapters.flatMap((chapter) => chapter.questions);

    const total = make("p");
    views.push(() => {
      const read = chapters.filter(({ label }) => isRead(label)).length;
      total.textContent = words.total(read, chapters.length, marked(all, "had").length, all.length);
    });
    const head = [words.chapter, words.state, words.questions].map((text) => make("th", { scope: "col" }, text));
    const rows = chapters.map(({ label, link, questions }) => {
      const [state, count] = [make("td"), make("td")];
      views.push(() => {
        state.textContent = isRead(label) ? `✓ ${words.yes}` : words.no;
        count.textContent = words.count(marked(questions, "had").length, marked(questions, "again").length, questions.length);
      });
      return make("tr", {}, make("th", { scope: "row" }, link.cloneNode(true)), state, count);
    });
    const table = make("table", { class: "table progress-table" },
      make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));

    const again = make("div");
    views.push(() => {
      const links = chapters.flatMap(({ link, questions }) => marked(questions, "again").map((question) =>
        make("li", {}, make("a", { href: question.getAttribute("href") }, words.question(link.textContent, question.textContent)))));
      again.replaceChildren(links.length ? make("ul", {}, ...links) : make("p", {}, words.nothing));
    });

    const said = make("p", { role: "status", class: "mark-said" });
    const save = button(words.save, () => {
      const address = URL.createObjectURL(new Blob([`${JSON.stringify(marks, null, 2)}\n`], { type: "application/json" }));
      make("a", { href: address, download: "dlcourse-progress.json" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      said.textContent = words.saved;
    });
    const file = make("input", { type: "file", accept: ".json,application/json", hidden: "" });
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      if (!chosen) return;
      const found = chosen.size > 4 * LARGEST ? words.tooLarge : await chosen.text().then(parsed, () => words.unread);
      file.value = "";
      if (typeof found !== "string") change(() => { marks = found; });
      said.textContent = typeof found === "string" ? words.bad(chosen.name, found)
        : words.loaded(found.read.length + Object.keys(found.answers).length);
    });
    const forget = button(words.forget, () => { asking.hidden = false; keep.focus(); said.textContent = ""; });
    const leave = (text) => { asking.hidden = true; forget.focus(); said.textContent = text; };
    const keep = button(words.forgetNo, () => leave(""));
    const asking = make("div", { class: "mark-asking", role: "group", "aria-label": words.forget, hidden: "" },
      make("p", {}, words.sure), button(words.forgetYes, () => { change(() => { marks = none(); }); leave(words.forgotten); }), keep);
    asking.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(""); });

    document.querySelector(".needs-scripts")?.remove();
    list.after(total, table, make("h2", {}, words.reread), again, make("h2", {}, words.marks), troubleLine(),
      make("div", { class: "mark-buttons" }, save, button(words.load, () => file.click()), forget, file), asking, said);
  };

  document.addEventListener("DOMContentLoaded", () => {
    recall();
    const chapter = readerMarks.chapters[readerMarks.page];
    if (chapter) markChapter(chapter);
    for (const fold of document.querySelectorAll("details.self-check")) markQuestion(fold);
    signSidebar();
    const list = document.getElementById("progress");
    if (list) listProgress(list);
    show();
  });
})();
