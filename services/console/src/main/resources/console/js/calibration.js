/** A reliability diagram: how often answers of a confidence are right (Guo et al. 2017, arXiv:1706.04599). */

import { h, s } from "./dom.js";
import { count, decimal, percent } from "./format.js";
import { empty } from "./parts.js";

const SIZE = 300;
const LEFT = 40;
const BOTTOM = 34;
const TOP = 8;

/**
 * Makes the diagram.
 *
 * @param {{bins: Array<{confidence: number, accuracy: number, count: number}>, ece: number}} answer
 *     bins with their mean confidence and accuracy, and the expected calibration error
 */
export function calibration({ bins, ece }) {
  if (bins.length === 0) {
    return [
      h("h2", {}, "Calibration"),
      empty("Nothing judged yet", "Shows whether answers given with 80 % are right in 80 % of cases."),
    ];
  }
  const x = (value) => LEFT + value * (SIZE - LEFT - 8);
  const y = (value) => SIZE - BOTTOM - value * (SIZE - BOTTOM - TOP);
  const most = Math.max(...bins.map((bin) => bin.count));
  return [
    h("h2", {}, "Calibration"),
    h(
      "p",
      { class: "muted small" },
      "On the diagonal, answers are right as often as they are sure. Larger: more answers. ",
      h("span", { class: "nowrap" }, `Expected error ${decimal(ece)}.`),
    ),
    s(
      "svg",
      {
        viewBox: `0 0 ${SIZE} ${SIZE}`,
        class: "reliability",
        role: "img",
        "aria-label": `Reliability diagram, expected calibration error ${decimal(ece)}; the table below has the bins`,
      },
      [0, 0.25, 0.5, 0.75, 1].map((tick) => [
        s("path", { class: "grid", d: `M${x(0)} ${y(tick)} H${x(1)}` }),
        s("text", { class: "tick", x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, percent(tick, 0)),
        s(
          "text",
          { class: "tick", x: x(tick), y: SIZE - BOTTOM + 16, "text-anchor": tick === 1 ? "end" : "middle" },
          percent(tick, 0),
        ),
      ]),
      s("text", { class: "tick", x: x(0.5), y: SIZE - 2, "text-anchor": "middle" }, "confidence"),
      s("path", { class: "diagonal", d: `M${x(0)} ${y(0)} L${x(1)} ${y(1)}` }),
      s("path", {
        class: "line series-1",
        d: bins.map((bin, i) => `${i ? "L" : "M"}${x(bin.confidence)} ${y(bin.accuracy)}`).join(""),
      }),
      bins.map((bin) =>
        s("circle", {
          class: "bin",
          cx: x(bin.confidence),
          cy: y(bin.accuracy),
          r: 2.5 + 6 * Math.sqrt(bin.count / most),
        }),
      ),
    ),
    h(
      "details",
      { id: "calibration-table" },
      h("summary", { class: "small" }, "As a table"),
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Confidence", "Right", "Answers"].map((name) => h("th", { scope: "col", class: "number" }, name)),
          ),
        ),
        h(
          "tbody",
          {},
          bins.map((bin) =>
            h(
              "tr",
              {},
              [percent(bin.confidence), percent(bin.accuracy), count(bin.count)].map((text) =>
                h("td", { class: "number" }, text),
              ),
            ),
          ),
        ),
      ),
    ),
  ];
}
