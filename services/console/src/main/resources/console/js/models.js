/** Versions of each model: what serves, what it knows, and the decisions that people make. */

import { get, post, segment } from "./api.js";
import { confirm } from "./dialogs.js";
import { h, replace, s } from "./dom.js";
import { bytes, count, decimal, percent, plural, time } from "./format.js";
import { empty, load, notice, problem, throttled, unlessInUse } from "./parts.js";

export const path = "models";
export const title = "Models";

const REFRESH_MS = 2000;
const SHOWN_VERSIONS = 6;
const SHOWN_DECISIONS = 10;

const POLICIES = {
  newest:
    "The newest serves as soon as it is loaded. To decide yourself, start scoring with the policy gated or manual.",
  gated: "The version that a rule or a person promoted serves.",
  manual: "The version that a person promoted serves.",
};
const REASONS = {
  FIRST: "first",
  RULE: "promoted by a rule",
  PROMOTED: "promoted",
  ROLLED_BACK: "rolled back",
  HELD: "held",
  FOLLOWED: "follows the newest",
  FALLBACK: "fell back by a rule",
  PASSED_OVER: "passed over",
  DRIFT: "rolled back by a drift",
  OTHER: "other",
};

/** Shows all models. */
export function mount(root, { live, signal }) {
  const list = h("div", { class: "stack" });
  const sections = new Map();
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
          "Each step of learning makes a version. One of them serves. The parts of old ones are deleted; these cannot serve again.",
        ),
      ),
    ),
    list,
  );
  const refresh = () =>
    load(
      list,
      signal,
      () => get("v1/models", {}, signal),
      ({ models }) => {
        if (models.length === 0) {
          return h(
            "div",
            { class: "card" },
            empty("No model yet", "Trainers publish their first version when they start.", "./millrace up"),
          );
        }
        return models.map((model) => {
          if (!sections.has(model.model)) {
            sections.set(model.model, modelSection(signal, refresh));
          }
          const section = sections.get(model.model);
          section.show(model);
          return section.element;
        });
      },
    );
  const later = throttled(REFRESH_MS, signal, unlessInUse(list, signal, refresh));
  live.on(["version", "serving", "evaluation", "resync"], later, signal);
  refresh();
}

function modelSection(signal, refresh) {
  const element = h("section", { class: "card model" });
  const head = h("div");
  const outcome = h("div", { role: "status" });
  const table = h("div", { class: "scroll", tabindex: "0", role: "region" });
  const comparison = h("div");
  const decisions = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Decisions" });
  const state = { all: false, compared: [] };
  let model = null;
  element.append(
    head,
    outcome,
    table,
    comparison,
    h(
      "details",
      {
        ontoggle: (event) => event.currentTarget.open && showDecisions(),
      },
      h("summary", { class: "small" }, "Decisions"),
      decisions,
    ),
  );

  const showDecisions = () =>
    load(
      decisions,
      signal,
      () => get(`v1/models/${segment(model.model)}/history`, {}, signal),
      ({ decisions: made }) =>
        made.length === 0
          ? h("p", { class: "muted small" }, "Nothing was decided yet.")
          : decisionTable(made.slice(0, SHOWN_DECISIONS)),
    );

  /** Asks, decides, and says what came of it. */
  const decide = async (question, meaning, action, button, json = {}) => {
    const command = `./millrace models ${action} ${model.model}${json.version === undefined ? "" : ` ${json.version}`}`;
    if (
      !(await confirm(
        question,
        [
          h("p", {}, meaning),
          h("p", { class: "muted small" }, "The same on the command line: ", h("code", {}, command)),
        ],
        button,
      ))
    ) {
      return;
    }
    try {
      const decision = await post(`v1/models/${segment(model.model)}/${action}`, json, { signal });
      replace(outcome, notice("", h("p", {}, sentence(decision, model.model))));
      showDecisions();
      refresh();
    } catch (error) {
      if (!signal.aborted) {
        replace(outcome, problem(error));
      }
    }
  };

  const compare = (version, chosen) => {
    state.compared = chosen
      ? [...state.compared, version].slice(-2)
      : state.compared.filter((other) => other !== version);
    showTable();
    if (state.compared.length === 2) {
      const [a, b] = state.compared.toSorted((one, other) => one - other);
      load(comparison, signal, () => get(`v1/models/${segment(model.model)}/compare`, { a, b }, signal), comparisonOf);
    } else {
      replace(comparison);
    }
  };

  const showTable = () => {
    const rows = shownVersions(model, state.all);
    table.setAttribute("aria-label", `Versions of ${model.model}`);
    replace(
      table,
      h(
        "table",
        { class: "versions-of" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Compare", "Version", "Published"].map((name) => h("th", { scope: "col" }, name)),
            h("th", { scope: "col", class: "number" }, "Records"),
            h("th", { scope: "col" }, "Accuracy as served"),
            h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "Decide")),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map((version) => versionRow(model, version, state.compared.includes(version.version), compare, decide)),
        ),
      ),
      model.versions.length > SHOWN_VERSIONS &&
        h(
          "button",
          {
            type: "button",
            class: "link",
            id: `more-${model.model}`,
            onclick: () => {
              state.all = !state.all;
              showTable();
            },
          },
          state.all ? "Show fewer" : `Show all ${count(model.versions.length)}`,
        ),
    );
  };

  return {
    element,
    show(next) {
      model = next;
      replace(head, headOf(model, decide));
      showTable();
    },
  };
}

function heldBy(model) {
  return model.drifted ? ", held since its input has drifted" : model.held && ", held by a person";
}

function headOf(model, decide) {
  const { serving, previous } = model;
  return h(
    "div",
    { class: "model-head" },
    h(
      "div",
      {},
      h("h2", {}, model.model),
      h(
        "p",
        {},
        !model.policy
          ? null
          : serving
            ? ["Version ", h("strong", {}, nameOf(serving, model.model)), " serves", heldBy(model)]
            : "No version serves yet",
        model.policy ? `; the newest is ${count(model.newest)}. ` : `The newest version is ${count(model.newest)}. `,
        h("span", { class: "muted" }, POLICIES[model.policy] ?? "Nothing chooses between its versions."),
      ),
    ),
    decides(model) &&
      h(
        "div",
        { class: "row" },
        h(
          "button",
          {
            type: "button",
            id: `rollback-${model.model}`,
            disabled: !previous,
            onclick: () =>
              decide(
                `Roll ${model.model} back?`,
                `Version ${nameOf(previous, model.model)}, which served before, answers again from the next batch on.`,
                "rollback",
                "Roll back",
              ),
          },
          "Roll back",
        ),
        h(
          "button",
          {
            type: "button",
            id: `hold-${model.model}`,
            disabled: !serving,
            onclick: () =>
              decide(
                `Hold ${model.model}?`,
                `Version ${nameOf(serving, model.model)} goes on answering, whatever is published and whatever rules find.`,
                "hold",
                "Hold",
              ),
          },
          "Hold",
        ),
        h(
          "button",
          {
            type: "button",
            id: `follow-${model.model}`,
            onclick: () =>
              decide(
                `Let ${model.model} follow the newest version?`,
                "The newest version answers, and each newer one as it is published, until the next decision.",
                "follow",
                "Follow",
              ),
          },
          "Follow the newest",
        ),
      ),
  );
}

/** Whether decisions count for the model. */
function decides({ policy }) {
  return policy === "gated" || policy === "manual";
}

/** The newest versions, and what serves and served if these are older. */
function shownVersions({ model, versions, serving, previous }, all) {
  const kept = [serving, previous].filter((pointer) => pointer?.model === model).map((pointer) => pointer.version);
  return all ? versions : versions.filter((version, index) => index < SHOWN_VERSIONS || kept.includes(version.version));
}

function versionRow(model, version, compared, compare, decide) {
  const number = version.version;
  const serves = model.serving?.model === model.model && model.serving.version === number;
  const served = model.previous?.model === model.model && model.previous.version === number;
  return h(
    "tr",
    { class: serves && "serves" },
    h(
      "td",
      {},
      h("input", {
        type: "checkbox",
        id: `compare-${model.model}-${number}`,
        "aria-label": `Compare version ${number}`,
        onchange: (event) => compare(number, event.currentTarget.checked),
        checked: compared,
      }),
    ),
    h(
      "td",
      { class: "nowrap" },
      h("strong", {}, count(number)),
      serves && h("span", { class: "tag accent" }, "serves"),
      served && h("span", { class: "tag" }, "served before"),
      model.policy && !version.servable && h("span", { class: "tag warn" }, "parts gone"),
    ),
    h("td", { class: "nowrap muted" }, time(version.time)),
    h("td", { class: "number" }, count(version.records)),
    h("td", {}, model.policy ? interval(version) : h("span", { class: "muted small" }, "not judged")),
    h(
      "td",
      { class: "number" },
      !serves &&
        decides(model) &&
        h(
          "button",
          {
            type: "button",
            class: "small",
            id: `promote-${model.model}-${number}`,
            disabled: !version.servable,
            onclick: () =>
              decide(
                `Promote version ${number} of ${model.model}?`,
                `It answers from the next batch on${model.serving ? `, in place of version ${nameOf(model.serving, model.model)}` : ""}. Newer versions do not replace it.`,
                "promote",
                "Promote",
                { version: number },
              ),
          },
          "Promote",
        ),
    ),
  );
}

/** Accuracy with its interval of confidence, on a scale from one half to one. */
function interval({ accuracy, accuracyLow, accuracyHigh, labels }) {
  if (typeof accuracy !== "number") {
    return h("span", { class: "muted small" }, "not judged yet");
  }
  const x = (value) => Math.max(0, (value - 0.5) * 2 * 96) + 2;
  return h(
    "span",
    { class: "interval" },
    s(
      "svg",
      { viewBox: "0 0 100 12", width: 100, height: 12, "aria-hidden": "true" },
      s("path", { class: "grid", d: "M2 6 H98" }),
      s("path", { class: "span", d: `M${x(accuracyLow)} 6 H${x(accuracyHigh)}` }),
      s("circle", { cx: x(accuracy), cy: 6, r: 3.5 }),
    ),
    h("span", {}, percent(accuracy)),
    h("span", { class: "muted small nowrap" }, plural(labels, "label")),
  );
}

function comparisonOf({ a, b, differences }) {
  const rows = [
    ["Records", count(a.records), count(b.records)],
    ["Published", time(a.time), time(b.time)],
    ["Size", bytes(a.sizeBytes), bytes(b.sizeBytes)],
    ["Classes", count(a.classes), count(b.classes)],
    ["Accuracy as served", percent(a.accuracy, 2), percent(b.accuracy, 2)],
    ...[...new Set([...Object.keys(a.metrics ?? {}), ...Object.keys(b.metrics ?? {})])]
      .sort()
      .map((name) => [name, decimal(a.metrics?.[name], 4), decimal(b.metrics?.[name], 4)]),
  ];
  return h(
    "div",
    { class: "comparison", tabindex: "0", role: "region", "aria-label": "Comparison" },
    h("h3", {}, `Version ${count(a.version)} and version ${count(b.version)}`),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "Figure")),
          [a, b].map((side) => h("th", { scope: "col" }, count(side.version))),
        ),
      ),
      h(
        "tbody",
        {},
        [
          ...rows,
          ...differences.map(({ setting, a: one, b: other }) => [h("code", {}, setting), one ?? "–", other ?? "–"]),
        ].map(([name, one, other]) =>
          h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, one), h("td", {}, other)),
        ),
      ),
    ),
    differences.length === 0 && h("p", { class: "muted small" }, "Their settings are the same."),
  );
}

function decisionTable(decisions) {
  return h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["Time", "Decision", "Version", "Before", "By", "Note"].map((name) => h("th", { scope: "col" }, name)),
      ),
    ),
    h(
      "tbody",
      {},
      decisions.map((decision) =>
        h(
          "tr",
          {},
          h("td", { class: "nowrap muted" }, time(decision.time)),
          h("td", {}, REASONS[decision.reason] ?? decision.reason),
          h(
            "td",
            {},
            decision.version === null
              ? "newest"
              : nameOf({ model: decision.servingModel || decision.model, version: decision.version }, decision.model),
          ),
          h(
            "td",
            {},
            decision.previous === null
              ? ""
              : nameOf({ model: decision.previousModel || decision.model, version: decision.previous }, decision.model),
          ),
          h("td", {}, decision.by),
          h("td", {}, decision.note, decision.drift && h("div", { class: "muted" }, driftOf(decision.drift))),
        ),
      ),
    ),
  );
}

function driftOf({ signal, index, threshold, window }) {
  return `${signal}: index ${index.toFixed(3)}, threshold ${threshold}, window of ${count(window)} records`;
}

function sentence(decision, model) {
  return decision.version === null
    ? `The newest version of ${decision.servingModel || model} answers from now on.`
    : `Version ${nameOf({ model: decision.servingModel || model, version: decision.version }, model)} answers from now on.`;
}

/** A version of the model by its number, that of a variant also by its name. */
function nameOf(pointer, model) {
  return pointer.model === model ? count(pointer.version) : `${count(pointer.version)} of ${pointer.model}`;
}
