/** A line chart in SVG: a line per series, events as vertical marks, readable by pointer and by arrow keys. */

import { h, replace, s } from "./dom.js";

const MARGIN = { top: 26, right: 16, bottom: 30, left: 48 };
const HEIGHT = 320;
const LETTERS = { drift: "D", serving: "S" };

/**
 * Makes a chart.
 *
 * @param {Object} options `label`: what it shows; `formatX`, `formatY`: how values read; `ticksX`: a
 *     function of lowest, highest and the number wanted, which returns values for the axis
 * @returns {{element: HTMLElement, show: function(Object): void}} `show` takes `series`, each with
 *     `name`, `index` for its colour and `points` of `x`, `y` and `mark` (a version swap), and
 *     `events`, each with `x`, `kind` and `text`
 */
export function lineChart({ label, formatX, formatY, ticksX }) {
  const svg = s("svg", { "aria-hidden": "true" });
  const reading = h("p", { class: "reading small", "aria-live": "polite" });
  const plot = h(
    "div",
    { class: "plot", tabindex: "0", role: "group", "aria-label": `${label}. The arrow keys read it point by point.` },
    svg,
  );
  const element = h("div", { class: "chart" }, plot, reading);
  let data = { series: [], events: [] };
  let scale = null;
  let cursor = null;

  const positions = () =>
    [...new Set(data.series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);

  /** Shows what is read. What stays as it was is not said again by a screen reader, however often the chart is drawn. */
  const read = (...content) => {
    const next = h("p", {}, content);
    if (next.textContent !== reading.textContent) {
      reading.replaceChildren(...next.childNodes);
    }
  };

  const drawCursor = () => {
    svg.querySelector(".cursor")?.remove();
    if (cursor === null || !scale) {
      read("Point at the chart to read it.");
      return;
    }
    const near = data.series
      .map((series) => ({ series, point: nearest(series.points, cursor) }))
      .filter(({ point }) => point);
    const event = data.events.find(({ x }) => Math.abs(scale.x(x) - scale.x(cursor)) < 5);
    svg.append(
      s(
        "g",
        { class: "cursor" },
        s("path", { d: `M${scale.x(cursor)} ${MARGIN.top} V${HEIGHT - MARGIN.bottom}` }),
        near.map(({ series, point }) =>
          s("circle", { class: `series-${series.index}`, cx: scale.x(point.x), cy: scale.y(point.y), r: 4 }),
        ),
      ),
    );
    read(
      h("strong", {}, formatX(cursor)),
      near.map(({ series, point }) =>
        h("span", {}, ` · ${series.name} ${formatY(point.y)}${point.note ? `, ${point.note}` : ""}`),
      ),
      event && h("span", {}, ` · ${event.text}`),
    );
  };

  const redraw = () => {
    const width = plot.clientWidth;
    if (width > 0) {
      scale = draw(svg, width, data, { formatX, formatY, ticksX });
      drawCursor();
    }
  };

  const move = (x) => {
    cursor = x;
    drawCursor();
  };
  plot.addEventListener("pointermove", (event) => {
    if (scale) {
      const at = scale.invert(event.clientX - svg.getBoundingClientRect().left);
      move(
        nearest(
          positions().map((x) => ({ x })),
          at,
        )?.x ?? null,
      );
    }
  });
  plot.addEventListener("pointerleave", () => move(null));
  plot.addEventListener("blur", () => move(null));
  plot.addEventListener("keydown", (event) => {
    const all = positions();
    const at =
      cursor === null
        ? all.length
        : all.indexOf(
            nearest(
              all.map((x) => ({ x })),
              cursor,
            )?.x,
          );
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (next !== undefined && all.length > 0) {
      event.preventDefault();
      move(all[Math.max(0, Math.min(all.length - 1, next))]);
    } else if (event.key === "Escape") {
      move(null);
    }
  });
  new ResizeObserver(redraw).observe(plot);
  return {
    element,
    show(next) {
      data = next;
      redraw();
    },
  };
}

/** Values for an axis at round steps: some `wanted` of them from `low` to `high`. */
export function roundTicks(low, high, wanted) {
  const raw = (high - low) / Math.max(1, wanted);
  if (!(raw > 0)) {
    return [low];
  }
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
  }
  return ticks;
}

function draw(svg, width, { series, events }, { formatX, formatY, ticksX }) {
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const ys = series.flatMap(({ points }) => points.map(({ y }) => y));
  const [lowX, highX] = [Math.min(...xs), Math.max(...xs)];
  const lowY = Math.max(0, Math.floor(Math.min(...ys, 0.95) * 20) / 20);
  const highY = 1;
  const x = (value) => MARGIN.left + ((value - lowX) / (highX - lowX || 1)) * (width - MARGIN.left - MARGIN.right);
  const y = (value) =>
    HEIGHT - MARGIN.bottom - ((value - lowY) / (highY - lowY)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.setAttribute("width", width);
  svg.setAttribute("height", HEIGHT);
  replace(
    svg,
    roundTicks(lowY, highY, 5).map((tick) => [
      s("path", { class: "grid", d: `M${MARGIN.left} ${y(tick)} H${width - MARGIN.right}` }),
      s("text", { class: "tick", x: MARGIN.left - 8, y: y(tick) + 4, "text-anchor": "end" }, formatY(tick, true)),
    ]),
    ticksX(lowX, highX, Math.max(2, Math.floor(width / 110))).map((tick) =>
      s("text", { class: "tick", x: x(tick), y: HEIGHT - 8, "text-anchor": "middle" }, formatX(tick, true)),
    ),
    events
      .filter((event) => event.x >= lowX && event.x <= highX)
      .map((event) =>
        s(
          "g",
          { class: `event ${event.kind}` },
          s("title", {}, event.text),
          s("path", { d: `M${x(event.x)} ${MARGIN.top - 4} V${HEIGHT - MARGIN.bottom}` }),
          s("circle", { cx: x(event.x), cy: MARGIN.top - 13, r: 9 }),
          s("text", { x: x(event.x), y: MARGIN.top - 9, "text-anchor": "middle" }, LETTERS[event.kind]),
        ),
      ),
    series.map(({ points, index }) => [
      s("path", {
        class: `line series-${index}`,
        d: points.map((point, i) => `${i ? "L" : "M"}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join(""),
      }),
      points
        .filter(({ mark }) => mark)
        .map((point) =>
          s("path", {
            class: `swap series-${index}`,
            d: `M${x(point.x).toFixed(1)} ${(y(point.y) - 4).toFixed(1)} v8`,
          }),
        ),
    ]),
  );
  return {
    x,
    y,
    invert: (pixel) => lowX + ((pixel - MARGIN.left) / (width - MARGIN.left - MARGIN.right)) * (highX - lowX),
  };
}

function nearest(points, x) {
  let best = null;
  for (const point of points) {
    if (best === null || Math.abs(point.x - x) < Math.abs(best.x - x)) {
      best = point;
    }
  }
  return best;
}
