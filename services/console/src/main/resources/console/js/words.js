/** Word vectors on a map of two dimensions, and the words nearest to one. */

import { get, segment } from "./api.js";
import { h, replace, s } from "./dom.js";
import { count, decimal } from "./format.js";
import { empty, load, narrowScreen } from "./parts.js";

export const path = "words";
export const title = "Words";

const WORDS = 500;
const NEAREST = 12;
const WIDTH = 1000;
const MARGIN = 30;

/** Shows the map, and the word that the address names in it. */
export function mount(root, { live, signal, parameters }) {
  const map = h("section", { class: "card map", "aria-label": "Map of words" });
  const side = h("section", { class: "card", "aria-label": "Nearest words" });
  const field = h("input", { type: "search", id: "word", placeholder: "a word", autocomplete: "off" });
  let drawing = null;
  replace(
    root,
    h(
      "div",
      { class: "head" },
      h(
        "div",
        {},
        h("h1", {}, "Words"),
        h(
          "p",
          { class: "lead" },
          "The most frequent words by the first two principal components of their vectors. Words that are used alike lie close.",
        ),
      ),
    ),
    h(
      "div",
      { class: "words" },
      map,
      h(
        "div",
        { class: "stack" },
        h(
          "form",
          {
            class: "row search",
            onsubmit: (event) => {
              event.preventDefault();
              if (field.value.trim()) {
                location.hash = `#/recent/words/${segment(field.value.trim())}`;
              }
            },
          },
          h("label", { for: "word", class: "visually-hidden" }, "Word"),
          field,
          h("button", { type: "submit" }, "Find"),
        ),
        side,
      ),
    ),
  );

  const choose = ([word]) => {
    if (!word) {
      replace(side, h("h2", {}, "Nearest words"), h("p", { class: "muted" }, "Choose a word on the map, or find one."));
      drawing?.mark(null, []);
      return;
    }
    field.value = word;
    load(
      side,
      signal,
      () => get(`v1/words/${segment(word)}/nearest`, { k: NEAREST }, signal),
      (answer) => {
        drawing?.mark(
          answer.word,
          answer.nearest.map((other) => other.word),
        );
        return [
          h("h2", {}, "Near ", answer.word),
          h(
            "ul",
            { class: "pairs" },
            answer.nearest.map((other) =>
              h(
                "li",
                {},
                h("a", { href: `#/recent/words/${segment(other.word)}` }, other.word),
                h("span", { class: "muted small" }, `${count(other.count)} times`),
                h("span", {}, decimal(other.similarity, 2)),
              ),
            ),
          ),
        ];
      },
    );
  };
  let chosen = parameters;
  const refresh = () =>
    load(
      map,
      signal,
      () => get("v1/words/map", { k: WORDS }, signal),
      ({ words }) => {
        if (words.length === 0) {
          return empty(
            "No word vectors yet",
            "Words are learned from texts.",
            "./millrace send documents data/spam-assassin/mails.jsonl.gz",
          );
        }
        drawing = draw(words);
        choose(chosen);
        return drawing.svg;
      },
    );
  live.on("version", ({ model }) => model === "embedding" && refresh(), signal);
  live.on("resync", refresh, signal);
  choose(chosen);
  refresh();
  return (next) => {
    chosen = next;
    choose(next);
  };
}

/** All words as points; the most frequent with their names, as far as these do not overlap. */
function draw(words) {
  const narrow = narrowScreen().matches;
  const height = WIDTH * (narrow ? 1.25 : 0.72);
  const font = narrow ? 30 : 15;
  const x = scale(
    words.map((word) => word.x),
    MARGIN,
    WIDTH - MARGIN,
  );
  const y = scale(
    words.map((word) => word.y),
    height - MARGIN,
    MARGIN,
  );
  const taken = [];
  const points = new Map();
  const svg = s("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "group",
    "aria-label": `Map of ${words.length} words`,
  });
  for (const word of words.toSorted((a, b) => b.count - a.count)) {
    const [px, py] = [x(word.x), y(word.y)];
    const width = (word.word.length + 1) * font * 0.56;
    const box = [px - width / 2, py - font, px + width / 2, py + 4];
    const free = box[0] > 0 && box[2] < WIDTH && !taken.some((other) => overlap(box, other));
    if (free) {
      taken.push(box);
    }
    const link = s(
      "a",
      {
        href: `#/recent/words/${segment(word.word)}`,
        class: free ? "named" : "unnamed",
        tabindex: free ? null : "-1",
        "aria-label": word.word,
      },
      s("title", {}, word.word),
      s("circle", { cx: px, cy: py, r: 2.5 }),
      s("text", { x: px, y: py - 6, "text-anchor": "middle", "font-size": font }, word.word),
    );
    points.set(word.word, { link, box });
    svg.append(link);
  }
  return {
    svg,
    mark(word, near) {
      const marked = [word, ...near].filter((name) => points.has(name));
      const shown = [];
      for (const name of marked) {
        const { box } = points.get(name);
        if (!shown.some((other) => overlap(box, other))) {
          shown.push(box);
        }
      }
      for (const [name, { link, box }] of points) {
        link.classList.toggle("chosen", name === word);
        link.classList.toggle("near", near.includes(name));
        link.classList.toggle("hidden", !shown.includes(box) && shown.some((other) => overlap(box, other)));
      }
      svg.classList.toggle("marked", word !== null);
    },
  };
}

/** Leaves out the outermost hundredth at both ends, which would squeeze all others together. */
function scale(values, from, to) {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.01)];
  const high = sorted[Math.ceil(sorted.length * 0.99) - 1];
  return (value) => from + Math.max(0, Math.min(1, (value - low) / (high - low || 1))) * (to - from);
}

function overlap([left, top, right, bottom], other) {
  return left < other[2] && right > other[0] && top < other[3] && bottom > other[1];
}
