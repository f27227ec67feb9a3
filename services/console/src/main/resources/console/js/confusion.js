/** A confusion matrix as a table: rows are what is true, columns what was predicted. */

import { h } from "./dom.js";
import { compact, count, percent } from "./format.js";
import { empty, narrowScreen } from "./parts.js";

const MOST_CLASSES = 20;

/**
 * Makes the matrix.
 *
 * @param {{classes: string[], counts: number[][]}} matrix counts by truth and prediction; of more
 *     than 20 classes those with the most records are shown
 */
export function confusionMatrix({ classes, counts }) {
  const sums = counts.map((row) => row.reduce((sum, value) => sum + value, 0));
  const all = sums.reduce((sum, value) => sum + value, 0);
  if (all === 0) {
    return [h("h2", {}, "Confusion"), empty("Nothing judged yet", "Each labelled prediction is a count here.")];
  }
  const order = classes.map((_, index) => index);
  const shown = order.length > MOST_CLASSES ? order.sort((a, b) => sums[b] - sums[a]).slice(0, MOST_CLASSES) : order;
  return [
    h("h2", {}, "Confusion"),
    h(
      "p",
      { class: "muted small" },
      "Rows: the label. Columns: what was predicted. More colour: a larger share of the row.",
      classes.length > shown.length && ` The ${shown.length} most frequent of ${count(classes.length)} classes.`,
    ),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Confusion matrix" },
      h(
        "table",
        { class: "matrix" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td"),
            shown.map((column) => h("th", { scope: "col" }, classes[column])),
            h("th", { scope: "col", class: "recall" }, "Right"),
          ),
        ),
        h(
          "tbody",
          {},
          shown.map((row) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, classes[row]),
              shown.map((column) => cell(counts[row][column], sums[row], row === column)),
              h("td", { class: "recall" }, sums[row] ? percent(counts[row][row] / sums[row], 0) : "–"),
            ),
          ),
        ),
      ),
    ),
  ];
}

function cell(value, sum, right) {
  const element = h(
    "td",
    { class: right ? "right" : "wrong" },
    value === 0 ? h("span", { class: "zero" }, "0") : (narrowScreen().matches ? compact : count)(value),
  );
  // The square root makes the few mistakes of a good model visible.
  element.style.setProperty("--share", sum ? Math.sqrt(value / sum).toFixed(3) : "0");
  return element;
}
