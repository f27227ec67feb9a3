/** The settings in force, with what differs from the default. */

import { get } from "./api.js";
import { h, replace } from "./dom.js";
import { plural } from "./format.js";
import { load, segments } from "./parts.js";

export const path = "settings";
export const title = "Settings";

/** Shows a table that can be searched. */
export function mount(root, { signal }) {
  const table = h("div", { class: "card" });
  const field = h("input", {
    type: "search",
    id: "filter",
    placeholder: "Search settings",
    autocomplete: "off",
    oninput: () => show(),
  });
  let all = [];
  let only = "changed";
  const choice = segments(
    "Shown",
    [
      ["changed", "Changed"],
      ["all", "All"],
    ],
    only,
    (next) => {
      only = next;
      show();
    },
  );
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
          "What this process runs with. They are given at the start, by ",
          h("code", {}, "--set"),
          ", a file or variables.",
        ),
      ),
      h(
        "div",
        { class: "row" },
        h("label", { for: "filter", class: "visually-hidden" }, "Search settings"),
        field,
        choice,
      ),
    ),
    table,
  );
  const show = () => replace(table, tableOf(all, field.value.trim().toLowerCase(), only === "changed"));
  load(
    table,
    signal,
    () => get("v1/settings", {}, signal),
    ({ settings }) => {
      all = settings;
      return tableOf(all, "", true);
    },
  );
}

function tableOf(all, text, changed) {
  const shown = all.filter(
    (setting) =>
      (!changed || setting.changed) && (!text || `${setting.name} ${setting.doc}`.toLowerCase().includes(text)),
  );
  const summary = h(
    "p",
    { class: "muted small", role: "status" },
    `${plural(shown.length, "setting")} of ${all.length}${changed ? " differ from their default" : ""}.`,
  );
  return shown.length === 0
    ? summary
    : [
        summary,
        h(
          "table",
          { class: "settings" },
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["Setting", "Value", "Default"].map((name) => h("th", { scope: "col" }, name)),
            ),
          ),
          h(
            "tbody",
            {},
            shown.map((setting) =>
              h(
                "tr",
                { class: setting.changed && "changed" },
                h("th", { scope: "row" }, h("code", {}, setting.name), h("p", { class: "muted small" }, setting.doc)),
                h("td", { "data-name": "Value" }, h("code", {}, valueOf(setting.value))),
                h(
                  "td",
                  { "data-name": "Default", class: "muted" },
                  setting.changed && h("code", {}, valueOf(setting.default)),
                ),
              ),
            ),
          ),
        ),
      ];
}

function valueOf(value) {
  return value === "" || value === null ? "empty" : value;
}
