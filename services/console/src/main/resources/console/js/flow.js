/** The flow as a picture: services and topics, each arrow with its rate and lag. */

import { get } from "./api.js";
import { h, replace, s } from "./dom.js";
import { isService, NARROW, WIDE } from "./flow-layout.js";
import { count, plural, rate } from "./format.js";
import { empty, load, narrowScreen } from "./parts.js";

export const title = "Flow";
export const events = ["flow"];

/** More records than these seconds bring are worth a warning. */
const LATE_SECONDS = 10;
/** Trainers and their variants hold records back until a step is full, by default for up to 30 seconds. */
const TRAINERS = ["embedding", "vision", "classifier"];
const LATE_TRAINER_SECONDS = 60;
const LATE_RECORDS = 100;
const STATES = { STARTING: "is starting", FAILED: "has failed", STOPPED: "has stopped" };

/** Shows the flow, each second anew. */
export function mount(root, { live, signal }) {
  const lead = h("p", { class: "lead" }, "Looking for the services…");
  const picture = h("div", { class: "card flow" });
  const hint = h("div");
  const table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Services" });
  const narrow = narrowScreen();
  let shown = null;
  let drawing = null;
  replace(
    root,
    h("div", { class: "head" }, h("div", {}, h("h1", {}, title), lead)),
    h(
      "div",
      { class: "stack" },
      hint,
      picture,
      h("section", { class: "card services" }, h("h2", {}, "Services"), table),
    ),
  );

  const show = (flow) => {
    shown = flow;
    const layout = narrow.matches ? NARROW : WIDE;
    if (drawing?.layout !== layout) {
      drawing = draw(layout);
      replace(picture, drawing.svg);
    }
    drawing.show(flow);
    lead.textContent = summary(flow);
    replace(table, tableOf(flow));
    replace(hint, nothingComes(flow) && h("div", { class: "card" }, whatToSend()));
  };
  narrow.addEventListener("change", () => shown && show(shown), { signal });
  live.on("flow", show, signal);
  live.on("resync", () => get("v1/flow", {}, signal).then(show, () => {}), signal);
  load(
    picture,
    signal,
    () => get("v1/flow", {}, signal),
    (flow) => {
      show(flow);
      return drawing.svg;
    },
  );
}

function summary({ services, topics }) {
  const all = Object.values(services);
  const notReady = Object.entries(services).filter(([, service]) => service.health !== "READY");
  const arriving = ["documents", "images", "labels"].reduce((sum, topic) => sum + (topics[topic]?.rate ?? 0), 0);
  const health =
    notReady.length === 0
      ? `${plural(all.length, "service is", "services are")} ready.`
      : `${notReady.map(([name, service]) => `${name} ${STATES[service.health] ?? service.health}`).join(", ")}; ` +
        `${count(all.length - notReady.length)} of ${count(all.length)} are ready.`;
  const lags = Object.entries(services)
    .map(([name, service]) => ({ name, lag: service.lag ?? 0 }))
    .sort((a, b) => b.lag - a.lag);
  const behind = lags[0]?.lag > 0 ? `, ${lags[0].name} is the furthest behind by ${plural(lags[0].lag, "record")}` : "";
  return `${health} ${rate(arriving)} records a second come in${behind}.`;
}

function nothingComes({ topics }) {
  return Object.values(topics).every((topic) => !topic.rate);
}

function whatToSend() {
  return empty(
    "Nothing flows at the moment",
    "Send some records, or draw a digit under Ask, and they appear here.",
    "./millrace send images data/mnist/train-images-idx3-ubyte.gz",
    "./millrace send documents data/spam-assassin/mails.jsonl.gz",
  );
}

/** Draws nodes and arrows once; `show` fills in what changes each second. */
function draw(layout) {
  const arrows = layout.arrows.map((arrow) => arrowOf(layout, arrow));
  const nodes = Object.entries(layout.nodes).map(([name, place]) => nodeOf(name, place));
  const svg = s(
    "svg",
    {
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      class: layout.name,
      role: "img",
      "aria-labelledby": "flow-title",
    },
    s(
      "title",
      { id: "flow-title" },
      "Topics and services with the rate and lag of each arrow; the table below has the same numbers",
    ),
    s(
      "defs",
      {},
      ["idle", "busy"].map((kind) =>
        s(
          "marker",
          {
            id: `tip-${kind}`,
            class: `tip ${kind}`,
            viewBox: "0 0 8 8",
            refX: 7,
            refY: 4,
            markerWidth: 7,
            markerHeight: 7,
            markerUnits: "userSpaceOnUse",
            orient: "auto",
          },
          s("path", { d: "M0 0.5 L8 4 L0 7.5 z" }),
        ),
      ),
    ),
    arrows.map(({ line }) => line),
    nodes.map(({ group }) => group),
    arrows.map(({ label }) => label),
    layout.asides.map(([x, y, text]) => s("text", { x, y, class: "aside" }, text)),
  );
  return {
    layout,
    svg,
    show(flow) {
      arrows.forEach((arrow) => arrow.show(flow));
      nodes.forEach((node) => node.show(flow));
    },
  };
}

function arrowOf(layout, [from, to, path, labelX, labelY, beside]) {
  const curve = path
    ? { path, x: labelX, y: labelY, beside: beside === "beside" }
    : between(layout, layout.nodes[from], layout.nodes[to], from, to);
  const line = s("path", { d: curve.path, class: "arrow" });
  const x = curve.x + (curve.beside ? 8 : 0);
  const rateText = s("tspan", { x, dy: curve.beside ? 0 : -6 });
  const lagText = s("tspan", { x, dy: curve.beside ? 14 : 20, class: "lag" });
  const label = s("text", { x, y: curve.y, class: curve.beside ? "amount beside" : "amount" }, rateText, lagText);
  return {
    line,
    label,
    show({ services, topics }) {
      const input = isService(to) ? services[to]?.inputs?.[from] : null;
      // A reader without a consumer group, such as search, keeps up or is not ready.
      const perSecond = isService(to) ? (services[to] ? (input?.rate ?? topics[from]?.rate) : 0) : topics[to]?.rate;
      const busy = perSecond > 0;
      line.classList.toggle("busy", busy);
      line.style.strokeWidth = busy ? (1.2 + Math.log10(1 + perSecond) * 0.5).toFixed(2) : "1.2";
      rateText.textContent = busy ? `${rate(perSecond)}/s` : "";
      lagText.textContent = input?.lag > 0 ? `lag ${count(input.lag)}` : "";
      lagText.classList.toggle("late", isLate(to, input, topics[from]));
    },
  };
}

/** A curve from the edge of one node to the edge of another, along the layout's direction. */
function between(layout, [x1, y1, width1], [x2, y2, width2], from, to) {
  if (layout.horizontal) {
    const [a, b] = [x1 + width1 / 2, x2 - width2 / 2];
    const middle = (a + b) / 2;
    return { path: `M${a} ${y1} C${middle} ${y1} ${middle} ${y2} ${b - 1} ${y2}`, x: middle - 2, y: (y1 + y2) / 2 };
  }
  const [a, b] = [y1 + halfHeight(from), y2 - halfHeight(to)];
  const middle = (a + b) / 2;
  return { path: `M${x1} ${a} C${x1} ${middle} ${x2} ${middle} ${x2} ${b - 1}`, x: (x1 + x2) / 2, y: middle };
}

function halfHeight(name) {
  return isService(name) ? 26 : 17;
}

function nodeOf(name, [x, y, width]) {
  const service = isService(name);
  const half = halfHeight(name);
  const health = s("text", { x, y: y + 17, class: "health" });
  const label = s("text", { x, y: service ? y - 1 : y + 4 }, name);
  const group = s(
    "g",
    { class: service ? "service" : "topic" },
    s("rect", { x: x - width / 2, y: y - half, width, height: 2 * half, rx: service ? 8 : half }),
    label,
    service && health,
  );
  return {
    group,
    show({ services }) {
      if (service) {
        const state = services[name]?.health ?? "ABSENT";
        group.dataset.health = state;
        health.textContent = state === "ABSENT" ? "not seen" : `● ${state.toLowerCase()}`;
      }
    },
  };
}

function tableOf({ services, topics }) {
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Service"),
        h("th", { scope: "col" }, "Health"),
        h("th", { scope: "col", class: "number" }, "In, records/s"),
        h("th", { scope: "col", class: "number" }, "Out, records/s"),
        h("th", { scope: "col", class: "number" }, "Lag"),
        h("th", { scope: "col" }, "Reads"),
      ),
    ),
    h(
      "tbody",
      {},
      Object.entries(services).map(([name, service]) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, name),
          h(
            "td",
            {},
            h("span", { class: "dot", "data-health": service.health }, service.health.toLowerCase()),
            service.failure && h("p", { class: "small" }, service.failure),
          ),
          h("td", { class: "number", "data-name": "In" }, rate(service.recordsIn)),
          h("td", { class: "number", "data-name": "Out" }, rate(service.recordsOut)),
          h("td", { class: "number", "data-name": "Lag" }, count(service.lag)),
          h(
            "td",
            { class: "muted small reads" },
            Object.entries(service.inputs ?? {}).map(([topic, input]) =>
              h(
                "span",
                { class: isLate(name, input, topics[topic]) && "late" },
                `${topic} ${rate(input.rate)}/s${input.lag > 0 ? `, lag ${count(input.lag)}` : ""}`,
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/** Whether more records wait than a service reads, or for a trainer than come, within the time it may take. */
function isLate(service, input, topic) {
  if (!input) {
    return false;
  }
  const usual = isTrainer(service)
    ? LATE_TRAINER_SECONDS * Math.max(input.rate ?? 0, topic?.rate ?? 0)
    : LATE_SECONDS * (input.rate ?? 0);
  return input.lag > Math.max(LATE_RECORDS, usual);
}

function isTrainer(service) {
  return TRAINERS.some((trainer) => service === trainer || service.startsWith(`${trainer}-`));
}
