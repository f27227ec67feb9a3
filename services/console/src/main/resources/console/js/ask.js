/**
 * Asks about a drawn digit, an image or a text, shows how the answer changes from version to version,
 * and teaches the right one.
 */

import { centred, pixels } from "./digit.js";
import { drawingPad } from "./drawing-pad.js";
import { h, replace } from "./dom.js";
import { count, decimal, percent } from "./format.js";
import { classBars, empty, problem, segments } from "./parts.js";
import { askModel, askStream, inputSize, modelOf, teach } from "./questions.js";

export const title = "Ask";

/** A new version serves a moment after it is announced, or not at all: times until it is asked, in ms. */
const WAITS_MS = [300, 700, 1500, 3000, 6000];
/** From here on while more versions are announced. */
const STEADY_WAIT = 2;
const MOST_ANSWERS = 30;
const MOST_BUTTONS = 12;

/** Shows the view. */
export function mount(root, { live, signal }) {
  const input = h("section", { class: "card question" });
  const answer = h("section", { class: "card answer", "aria-label": "Answer" });
  const spoken = h("p", { class: "visually-hidden", role: "status" });
  const history = h("section", { class: "card history" });
  const lesson = h("section", { class: "card lesson" });
  let question = null;
  let answers = [];
  let taught = null;
  let asking = new AbortController();
  const again = { isRunning: false, tries: 0, isReached: null };

  const start = (next) => {
    asking.abort();
    asking = new AbortController();
    signal.addEventListener("abort", () => asking.abort(), { signal: asking.signal });
    question = next;
    answers = [];
    spoken.textContent = "";
    if (next) {
      next.id = `console-${Date.now().toString(36)}`;
      next.subject = `${next.kind}/${next.id}`;
      replace(answer, h("h2", {}, "Answer"), h("p", { class: "muted" }, "Asking…"));
      replace(history);
      taught = lessonOf(next);
      replace(lesson, taught.content);
      receive(askStream, asking.signal);
    } else {
      replace(
        answer,
        h("h2", {}, "Answer"),
        empty(
          "Nothing asked yet",
          "Draw a digit, choose an image or type a text. The answer changes as the model learns.",
        ),
      );
    }
    history.hidden = lesson.hidden = !next;
  };

  /** Asks, and shows the answer if it is another version's. */
  const receive = async (how, current) => {
    const asked = question;
    try {
      const given = await how(asked, current);
      if (current.aborted) {
        return;
      }
      taught.offer(given.allClasses ?? given.classes.map(({ label }) => label));
      if (given.version !== answers[0]?.version || given.model !== answers[0].model) {
        if (given.label !== answers[0]?.label) {
          spoken.textContent = `${given.label ?? "No answer"}, says ${given.model} version ${count(given.version)}`;
        }
        answers = [given, ...answers].slice(0, MOST_ANSWERS);
        replace(answer, answerOf(asked, given, answers));
        replace(history, historyOf(answers));
        if (answers.length === 1) {
          receive(askModel, current);
        }
      }
    } catch (error) {
      if (!current.aborted && answers.length === 0) {
        replace(answer, h("h2", {}, "Answer"), problem(error));
        history.hidden = lesson.hidden = true;
      }
    }
  };

  /** Asks again until the version that was announced last answers, or another stays in its place. */
  const askAgain = async ({ model, version }, type) => {
    if (!question || answers.length === 0 || !model.startsWith(modelOf(question.kind))) {
      return;
    }
    again.isReached = () => (type === "version" ? answers[0].version >= version : answers[0].version === version);
    again.tries = Math.min(again.tries, STEADY_WAIT);
    if (again.isRunning) {
      return;
    }
    again.isRunning = true;
    again.tries = 0;
    while (answers.length > 0 && !again.isReached() && again.tries < WAITS_MS.length) {
      await new Promise((resolve) => setTimeout(resolve, WAITS_MS[again.tries++]));
      if (answers.length > 0 && !asking.signal.aborted) {
        await receive(askModel, asking.signal);
      }
    }
    again.isRunning = false;
  };

  const forms = {
    draw: () => drawForm(start, signal),
    image: (left) => imageForm(start, left),
    text: () => textForm(start),
  };
  const form = h("div");
  let shown = new AbortController();
  signal.addEventListener("abort", () => shown.abort());
  const choose = (kind) => {
    start(null);
    shown.abort();
    shown = new AbortController();
    replace(form, forms[kind](shown.signal));
  };
  replace(
    root,
    h(
      "div",
      { class: "head" },
      h(
        "div",
        {},
        h("h1", {}, title),
        h(
          "p",
          { class: "lead" },
          "What you ask goes through the stream as a record of its own. Each new version is then asked again.",
        ),
      ),
    ),
    spoken,
    h(
      "div",
      { class: "ask" },
      h("div", { class: "stack" }, input, lesson),
      h("div", { class: "stack" }, answer, history),
    ),
  );
  replace(
    input,
    segments(
      "Ask by",
      [
        ["draw", "Draw"],
        ["image", "Image"],
        ["text", "Text"],
      ],
      "draw",
      choose,
    ),
    form,
  );
  choose("draw");
  live.on(["version", "serving"], askAgain, signal);
  live.on("resync", () => question && receive(askModel, asking.signal), signal);
}

function drawForm(start, signal) {
  let size = 28;
  inputSize(signal).then((found) => (size = found));
  const pad = drawingPad(() => {
    const values = centred(pad.ink(), pad.width, size);
    if (!values) {
      start(null);
      return;
    }
    const canvas = pixels(values, size, size);
    canvas.toBlob(
      (body) => start({ kind: "image", body, type: "image/png", picture: canvas, drawn: true }),
      "image/png",
    );
  });
  return [
    pad.element,
    h(
      "div",
      { class: "row between" },
      h("p", { class: "muted small" }, "Asks when you pause."),
      h("button", { type: "button", onclick: () => pad.clear() }, "Clear"),
    ),
  ];
}

/** The form for an image; `left` is aborted when another form or view takes its place. */
function imageForm(start, left) {
  const preview = h("div", { class: "preview" }, h("p", { class: "muted" }, "Drop an image here"));
  let url = null;
  const release = () => {
    if (url) {
      URL.revokeObjectURL(url);
      url = null;
    }
  };
  left.addEventListener("abort", release);
  const take = (file) => {
    if (!file) {
      return;
    }
    release();
    if (!file.type.startsWith("image/")) {
      replace(preview, problem(new Error(`${file.name} is no image: choose a PNG or JPEG file.`)));
      start(null);
      return;
    }
    url = URL.createObjectURL(file);
    replace(preview, h("img", { src: url, alt: "The image asked about" }));
    start({ kind: "image", body: file, type: file.type, picture: h("img", { src: url, alt: "" }) });
  };
  const file = h("input", { type: "file", id: "file", accept: "image/*", onchange: () => take(file.files[0]) });
  const zone = h(
    "div",
    { class: "drop" },
    preview,
    h("label", { for: "file", class: "visually-hidden" }, "Image file"),
    file,
  );
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take(event.dataTransfer.files[0]);
  });
  return [zone];
}

function textForm(start) {
  const field = h("textarea", { id: "text", maxlength: "100000", placeholder: "cheap pills, no prescription" });
  const ask = () => {
    const body = field.value.trim();
    if (body) {
      start({ kind: "document", body, type: "text/plain; charset=utf-8" });
    }
  };
  field.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && ask());
  return [
    h("label", { for: "text" }, "Text"),
    field,
    h(
      "div",
      { class: "row between" },
      h("p", { class: "muted small" }, "Ctrl + Enter asks."),
      h("button", { type: "button", class: "primary", onclick: ask }, "Ask"),
    ),
  ];
}

function answerOf(question, given, answers) {
  const before = answers.find(({ label }) => label !== given.label);
  return [
    h(
      "div",
      { class: "row between" },
      h("h2", {}, "Answer"),
      h("span", { class: "tag accent" }, `${given.model} version ${count(given.version)}`),
    ),
    given.label === null
      ? h(
          "p",
          { class: "muted" },
          given.reason ?? "There is no answer yet: the model knows no class. Send records with labels.",
        )
      : h(
          "p",
          { class: "verdict" },
          h("strong", {}, given.label),
          h("span", { class: "muted" }, percent(given.probability), before && `, before ${before.label ?? "none"}`),
        ),
    given.note && h("p", { class: "muted small" }, given.note),
    classBars(given.classes),
    question.kind === "image" && picturesOf(question, given, answers),
  ];
}

function picturesOf(question, given, answers) {
  const judged = answers.find(({ anomaly }) => typeof anomaly === "number");
  return h(
    "div",
    { class: "pictures" },
    h("figure", {}, question.picture, h("figcaption", {}, question.drawn ? "as the model sees it" : "image")),
    given.reconstruction && h("figure", {}, given.reconstruction, h("figcaption", {}, "reconstruction")),
    h(
      "dl",
      { class: "facts" },
      h("div", {}, h("dt", {}, "Reconstruction error"), h("dd", {}, decimal(given.reconstructionError, 4))),
      judged &&
        h(
          "div",
          {},
          h("dt", {}, "Anomaly"),
          h("dd", {}, percent(judged.anomaly, 0)),
          h("dd", { class: "muted small" }, `of recent images had no larger error, version ${count(judged.version)}`),
        ),
    ),
  );
}

function historyOf(answers) {
  return [
    h("h2", {}, "From version to version"),
    h(
      "table",
      { class: "versions" },
      h(
        "thead",
        { class: "visually-hidden" },
        h(
          "tr",
          {},
          ["Version", "Answer", "", "Probability"].map((name) => h("th", { scope: "col" }, name || "Bar")),
        ),
      ),
      h(
        "tbody",
        {},
        answers.map((answer, index) => {
          const bar = h("span", { class: "fill" });
          bar.style.width = `${answer.probability * 100}%`;
          const changed = index + 1 < answers.length && answers[index + 1].label !== answer.label;
          return h(
            "tr",
            { class: changed && "changed" },
            h("td", { class: "muted nowrap" }, `version ${count(answer.version)}`),
            h("td", {}, h("strong", {}, answer.label ?? "none")),
            h("td", { class: "wide" }, h("span", { class: "track", "aria-hidden": "true" }, bar)),
            h("td", { class: "number muted" }, percent(answer.probability)),
          );
        }),
      ),
    ),
    answers.length === 1 &&
      h(
        "p",
        { class: "muted small" },
        "The next version that serves is asked the same. Send records, or teach it, and watch.",
      ),
  ];
}

/** The labels that it can be taught: those that the model knows, as they become known, or another. */
function lessonOf(question) {
  const known = new Set();
  const labels = h("div", { class: "row labels" });
  const outcome = h("div", { role: "status" });
  const other = h("input", { type: "text", id: "label", maxlength: "1000", autocomplete: "off" });
  const send = async (label) => {
    if (!label.trim()) {
      other.focus();
      return;
    }
    try {
      await teach(question.subject, label.trim());
      replace(
        outcome,
        h(
          "p",
          {},
          "Label ",
          h("strong", {}, label.trim()),
          " sent. One of the next versions will have learned from it: watch the answers.",
        ),
      );
    } catch (error) {
      replace(outcome, problem(error));
    }
  };
  const content = [
    h("h2", {}, "Teach it"),
    h("p", { class: "muted" }, "What is it? The model learns from your label."),
    labels,
    h(
      "form",
      {
        class: "row",
        onsubmit: (event) => {
          event.preventDefault();
          send(other.value);
        },
      },
      h("label", { for: "label" }, "Other"),
      other,
      h("button", { type: "submit" }, "Teach"),
    ),
    outcome,
  ];
  return {
    content,
    offer(classes) {
      const before = known.size;
      classes.forEach((label) => known.add(label));
      if (known.size > before) {
        const offered = [...known].sort((a, b) => a.localeCompare(b, "en", { numeric: true })).slice(0, MOST_BUTTONS);
        replace(
          labels,
          offered.map((label) =>
            h("button", { type: "button", id: `teach-${label}`, onclick: () => send(label) }, label),
          ),
        );
      }
    },
  };
}
