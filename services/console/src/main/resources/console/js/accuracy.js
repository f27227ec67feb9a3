/** Accuracy as served over time, with what happened beside it; where a model errs, and how sure it is. */

import { calibration } from "./calibration.js";
import { get, segment } from "./api.js";
import { confusionMatrix } from "./confusion.js";
import { h, replace } from "./dom.js";
import { count, decimal, percent, plural, time } from "./format.js";
import { lineChart, roundTicks } from "./line-chart.js";
import { empty, load, problem, segments, throttled } from "./parts.js";

export const title = "Accuracy";

const RANGES = [
  [15, "15 min"],
  [60, "1 hour"],
  [360, "6 hours"],
  [0, "All"],
];
const REFRESH_MS = 4000;
const SHOWN_EVENTS = 12;

/** Shows the view; new figures are asked for as they come, at most every few seconds. */
export function mount(root, { live, signal }) {
  const state = { minutes: 0, axis: "time", model: null };
  const figures = h("div", { class: "figures" });
  const card = h("section", { class: "card" });
  const list = h("section", { class: "card" }, h("h2", {}, "Events"));
  const events = h("div");
  list.append(events);
  const choice = h("div");
  const confusion = h("section", { class: "card" });
  const reliability = h("section", { class: "card" });
  const chart = lineChart({
    label: "Accuracy as served, a line for each model",
    formatX: (x, axis) => (state.axis === "time" ? time(x, axis) : axis ? count(x) : plural(x, "label")),
    formatY: (y, axis) => percent(y, axis ? 0 : 2),
    ticksX: (low, high, wanted) =>
      state.axis === "time" ? timeTicks(low, high, wanted) : roundTicks(low, high, wanted),
  });
  const legend = h("ul", { class: "legend" });
  const plot = h("div", {}, legend, chart.element);

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
          "Predictions as they were served, judged by labels that the version had not learned from.",
        ),
      ),
      h(
        "div",
        { class: "row" },
        segments(
          "Axis",
          [
            ["time", "By time"],
            ["labels", "By labels"],
          ],
          state.axis,
          (axis) => {
            state.axis = axis;
            refresh();
          },
        ),
        segments("Range", RANGES, state.minutes, (minutes) => {
          state.minutes = minutes;
          refresh();
        }),
      ),
    ),
    h(
      "div",
      { class: "stack" },
      figures,
      card,
      h("div", { class: "row" }, choice),
      h("div", { class: "columns" }, confusion, reliability),
      list,
    ),
  );

  const showSeries = ({ series, events: happened }) => {
    const lines = series
      .filter(({ scope }) => scope === "PREQUENTIAL")
      .sort((a, b) => colourRank(a.model) - colourRank(b.model))
      .map((line) => ({ ...line, points: line.points.filter(({ accuracy }) => accuracy !== null) }))
      .filter(({ points }) => points.length > 0);
    if (lines.length === 0) {
      replace(
        card,
        empty(
          "Nothing judged yet",
          "Accuracy needs predictions and labels of the same records.",
          "./millrace send images data/mnist/train-images-idx3-ubyte.gz",
        ),
      );
      replace(events, empty("No events", "Drift, promotions and rollbacks appear here."));
      return;
    }
    if (!plot.isConnected) {
      replace(card, h("h2", { class: "visually-hidden" }, "Accuracy over time"), plot);
    }
    const shown = happened.filter(({ type }) => type !== "version");
    chart.show({
      series: lines.map((line, index) => lineOf(line, index, state.axis)),
      events: marks(shown, lines, state.axis),
    });
    replace(
      legend,
      lines.map(({ model }, index) => h("li", { class: `series-${index + 1}` }, model)),
      h("li", { class: "swaps" }, "new version serves"),
      h("li", { class: "kinds" }, "D drift, S decision"),
    );
    replace(
      events,
      shown.length > 0 ? eventList(shown) : empty("No events", "Drift, promotions and rollbacks appear here."),
    );
  };

  const showDetails = () => {
    if (state.model) {
      const path = `v1/evaluations/${segment(state.model)}`;
      load(
        confusion,
        signal,
        () => get(`${path}/confusion`, {}, signal),
        (answer) => confusionMatrix(answer),
      );
      load(
        reliability,
        signal,
        () => get(`${path}/calibration`, {}, signal),
        (answer) => calibration(answer),
      );
    }
  };

  const showNewest = ({ evaluations }) => {
    const newest = newestOfModels(evaluations);
    replace(figures, newest.map(figure));
    const models = newest.map(({ model }) => model);
    if (models.length > 0 && !models.includes(state.model)) {
      state.model = models[0];
    }
    confusion.hidden = reliability.hidden = models.length === 0;
    if (choice.dataset.models !== models.join()) {
      choice.dataset.models = models.join();
      replace(
        choice,
        models.length > 1 &&
          segments(
            "Model",
            models.map((model) => [model, model]),
            state.model,
            (model) => {
              state.model = model;
              showDetails();
            },
          ),
      );
    }
    showDetails();
  };

  const refresh = async () => {
    try {
      const since = state.minutes ? Date.now() - state.minutes * 60_000 : 0;
      const [series, newest] = await Promise.all([
        get("v1/evaluations", { since }, signal),
        get("v1/evaluations", {}, signal),
      ]);
      if (!signal.aborted) {
        showSeries(series);
        showNewest(newest);
      }
    } catch (error) {
      if (!signal.aborted) {
        replace(card, problem(error));
      }
    }
  };
  const later = throttled(REFRESH_MS, signal, refresh);
  live.on(["evaluation", "serving", "drift", "resync"], later, signal);
  refresh();
}

/** The models that there always are come first, so that each keeps its colour when another appears. */
function colourRank(model) {
  const known = ["vision", "classifier"].indexOf(model);
  return known < 0 ? 2 : known;
}

function newestOfModels(evaluations) {
  const newest = new Map();
  for (const evaluation of evaluations.filter(
    ({ scope, labels, shadow }) => scope === "PREQUENTIAL" && labels > 0 && !shadow,
  )) {
    const known = newest.get(evaluation.model);
    if (!known || evaluation.version >= known.version) {
      newest.set(evaluation.model, evaluation);
    }
  }
  return [...newest.values()].sort((a, b) => b.labels - a.labels);
}

function figure(evaluation) {
  return h(
    "div",
    { class: "figure" },
    h("p", { class: "muted small" }, `${evaluation.model} · version ${count(evaluation.version)}`),
    h("p", { class: "big" }, percent(evaluation.accuracy, 2)),
    h(
      "p",
      { class: "muted small" },
      `${percent(evaluation.accuracyLow, 1)} to ${percent(evaluation.accuracyHigh, 1)} on ${plural(evaluation.labels, "label")}`,
    ),
    h(
      "p",
      { class: "muted small" },
      `log loss ${decimal(evaluation.logLoss)} · κ ${decimal(evaluation.kappaNoChange)}`,
    ),
  );
}

function lineOf({ model, points }, index, axis) {
  return {
    name: model,
    index: index + 1,
    points: points.map((point, i) => ({
      x: axis === "time" ? point.time : point.labels,
      y: point.accuracy,
      note: `version ${count(point.version)}`,
      mark: i > 0 && point.version !== points[i - 1].version,
    })),
  };
}

/** Events on the axis: by labels, where their model stood at that time. */
function marks(events, lines, axis) {
  return events.flatMap((event) => {
    if (axis === "time") {
      return [{ x: event.time, kind: event.type, text: event.text }];
    }
    const line = lines.find(({ model }) => model === event.model);
    const point = line?.points.findLast(({ time: at }) => at <= event.time);
    return point ? [{ x: point.labels, kind: event.type, text: event.text }] : [];
  });
}

function eventList(events) {
  return h(
    "ul",
    { class: "timeline" },
    events
      .slice(-SHOWN_EVENTS)
      .reverse()
      .map((event) =>
        h(
          "li",
          {},
          h("time", { class: "muted nowrap", datetime: new Date(event.time).toISOString() }, time(event.time)),
          h(
            "span",
            { class: `tag ${event.type === "drift" ? "warn" : "accent"}` },
            event.type === "drift" ? "drift" : "decision",
          ),
          h("span", {}, event.text),
        ),
      ),
  );
}

/** Times at round minutes or hours of the clock here. */
function timeTicks(low, high, wanted) {
  const steps = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 10_800, 21_600, 43_200, 86_400].map(
    (seconds) => seconds * 1000,
  );
  const step =
    steps.find((candidate) => (high - low) / candidate <= wanted) ??
    Math.ceil((high - low) / wanted / 86_400_000) * 86_400_000;
  const offset = new Date(low).getTimezoneOffset() * 60_000;
  const ticks = [];
  for (let tick = Math.ceil((low - offset) / step) * step + offset; tick <= high; tick += step) {
    ticks.push(tick);
  }
  return ticks;
}
