/** Records that could not be used: why, what they hold, and sending them again. */

import { get, post } from "./api.js";
import { confirm } from "./dialogs.js";
import { h, replace } from "./dom.js";
import { bytes, count, time } from "./format.js";
import { hexDump, printable } from "./hex.js";
import { empty, load, narrowScreen, problem, segments, throttled, unlessInUse } from "./parts.js";

export const path = "dead-letters";
export const title = "Dead letters";

const LIMIT = 50;
const REFRESH_MS = 2000;
const LEFT_OUT = {
  replayed: "it was sent again before",
  superseded: "it would undo a newer record of its key",
  keyless: "its topic takes no record without a key",
  tooLarge: "it is larger than its topic accepts",
};

/** Shows the newest ones; older ones on request. */
export function mount(root, { live, signal }) {
  const list = h("div");
  const state = { letters: [], next: null };
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
          "Records that could not be used, whole, with the reason. After the cause is corrected, send them again.",
        ),
      ),
    ),
    list,
  );

  const items = new Map();
  const show = () => {
    if (state.letters.length === 0) {
      return h("div", { class: "card" }, empty("No dead letters", "Every record that came could be used."));
    }
    return h(
      "div",
      { class: "stack" },
      h(
        "ul",
        { class: "letters" },
        state.letters.map((letter) => {
          const key = place(letter);
          if (!items.has(key)) {
            items.set(key, item(letter, signal));
          }
          return items.get(key);
        }),
      ),
      state.next &&
        h("div", {}, h("button", { type: "button", id: "older", onclick: () => more(state.next) }, "Show older ones")),
    );
  };
  const page = async (before) => {
    const { deadLetters, next } = await get("v1/dead-letters", { limit: LIMIT, before }, signal);
    const known = new Set(deadLetters.map(place));
    const others = state.letters.filter((letter) => !known.has(place(letter)));
    if (before === null) {
      state.next = others.length === 0 ? (next ?? null) : state.next;
      state.letters = [...deadLetters, ...others];
    } else {
      state.next = next ?? null;
      state.letters = [...others, ...deadLetters];
    }
  };
  const more = (before) => load(list, signal, () => page(before), show);
  live.on(
    ["dead-letter", "resync"],
    throttled(
      REFRESH_MS,
      signal,
      unlessInUse(list, signal, () => more(null)),
    ),
    signal,
  );
  more(null);
}

function place({ partition, offset }) {
  return `${partition}@${offset}`;
}

function item(letter, signal) {
  const body = h("div", { class: "body" });
  const details = h(
    "details",
    {
      id: `letter-${place(letter)}`,
      ontoggle: () => details.open && body.childElementCount === 0 && body.append(bodyOf(letter, signal)),
    },
    h(
      "summary",
      {},
      h("span", { class: "reason" }, letter.message || letter.reason),
      h(
        "span",
        { class: "muted small" },
        `${letter.topic} · ${letter.key ? `key ${letter.key} · ` : ""}${time(letter.time)} `,
        letter.replayed && h("span", { class: "tag" }, "sent again"),
      ),
    ),
    body,
  );
  return h("li", { class: "card" }, details);
}

function bodyOf(letter, signal) {
  const data = Uint8Array.from(atob(letter.valueBase64 ?? ""), (character) => character.charCodeAt(0));
  const value = h("pre", { class: "bytes", tabindex: "0", "aria-label": "Value" });
  const showValue = (form) => {
    value.dataset.form = form;
    value.textContent = form === "hex" ? hexDump(data, narrowScreen().matches ? 8 : 16) : printable(data);
  };
  const form = isText(data) ? "text" : "hex";
  showValue(form);
  const outcome = h("div", { role: "status" });
  const replay = h(
    "button",
    {
      type: "button",
      onclick: async () => {
        const sure = await confirm(
          "Send this record again?",
          [
            h(
              "p",
              {},
              "It goes to ",
              h("code", {}, letter.topic),
              " as it came. If the cause remains, it comes back here.",
            ),
            h(
              "p",
              { class: "muted small" },
              "The same on the command line: ",
              h("code", {}, "./millrace dead-letters replay"),
            ),
          ],
          "Send again",
        );
        if (sure) {
          try {
            replace(
              outcome,
              h(
                "p",
                {},
                outcomeOf(await post(`v1/dead-letters/${letter.partition}/${letter.offset}/replay`, {}, { signal })),
              ),
            );
          } catch (error) {
            replace(outcome, problem(error));
          }
        }
      },
    },
    "Send again",
  );
  const headers = Object.entries(letter.headers ?? {});
  return h(
    "div",
    { class: "stack tight" },
    h(
      "dl",
      { class: "facts wide" },
      fact("Reason", h("code", {}, letter.reason)),
      letter.service && fact("Refused by", letter.service),
      fact("Source", h("code", {}, `${letter.topic} ${letter.sourceOffset ?? ""}`)),
      fact("Dead letter", h("code", {}, place(letter))),
      fact("Size", bytes(letter.bytes)),
    ),
    headers.length > 0 &&
      h(
        "details",
        {},
        h("summary", { class: "small" }, "Headers"),
        h(
          "dl",
          { class: "facts wide" },
          headers.map(([name, text]) => fact(name, text)),
        ),
      ),
    data.length === 0
      ? h(
          "p",
          { class: "muted" },
          letter.valueBase64 === null ? "It has no value: a tombstone." : "Its value is empty.",
        )
      : h(
          "div",
          { class: "stack tight" },
          h(
            "div",
            { class: "row between" },
            segments(
              `Value of ${place(letter)}`,
              [
                ["text", "Text"],
                ["hex", "Hex"],
              ],
              form,
              showValue,
            ),
            data.length < letter.bytes && h("span", { class: "muted small" }, `the first ${bytes(data.length)}`),
          ),
          value,
        ),
    h("div", { class: "row" }, replay),
    outcome,
  );
}

function outcomeOf({ sent, leftOut }) {
  if (sent > 0) {
    return "Sent again.";
  }
  const reasons = Object.entries(leftOut ?? {})
    .filter(([, number]) => number > 0)
    .map(([name]) => LEFT_OUT[name] ?? name);
  return `Not sent: ${reasons.join("; ") || `${count(sent)} records`}.`;
}

function isText(data) {
  try {
    return !/[\u0000-\u0008\u000e-\u001f]/.test(new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    return false;
  }
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}
