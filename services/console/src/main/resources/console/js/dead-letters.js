/** Records that could not be used: why, what they hold, and sending them again. */

import { get, post } from "./api.js";
import { confirm } from "./dialogs.js";
import { h, replace } from "./dom.js";
import { bytes, count, time } from "./format.js";
import { hexDump, printable } from "./hex.js";
import { empty, load, narrowScreen, problem, segments, throttled, unlessInUse } from "./parts.js";

export const path = "dead-letters";
export const title = "Dead letters";

const PAGE = 50;
const MOST_AT_ONCE = 200;
const REFRESH_MS = 2000;
const LEFT_OUT = {
  replayed: "it was sent again before",
  forgotten: "its subject was forgotten",
  superseded: "it would undo a newer record of its key",
  keyless: "its topic takes no record without a key",
  tooLarge: "it is larger than its topic accepts",
};

/** Shows the newest ones; older ones on request. */
export function mount(root, { live, signal }) {
  const list = h("div");
  const state = { wanted: PAGE, asked: 0, answered: 0, letters: [], next: null };
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
          const { element, update } = items.get(place(letter));
          update(letter);
          return element;
        }),
      ),
      state.next && h("div", {}, h("button", { type: "button", id: "older", onclick: older }, "Show older ones")),
    );
  };
  /** The newest ones, as many as were asked for; what is no longer among them is forgotten. */
  const ask = async () => {
    const asked = ++state.asked;
    const letters = [];
    let next = null;
    do {
      const limit = Math.min(MOST_AT_ONCE, state.wanted - letters.length);
      const answer = await get("v1/dead-letters", { limit, before: next }, signal);
      letters.push(...answer.deadLetters);
      next = answer.next ?? null;
    } while (next !== null && letters.length < state.wanted);
    if (asked < state.answered) {
      return; // A later question was answered before.
    }
    state.answered = asked;
    state.letters = letters;
    state.next = next;
    const shown = new Set(letters.map(place));
    [...items.keys()].filter((key) => !shown.has(key)).forEach((key) => items.delete(key));
    letters
      .filter((letter) => !items.has(place(letter)))
      .forEach((letter) => items.set(place(letter), item(letter, signal)));
  };
  const refresh = () => load(list, signal, ask, show);
  const older = () => {
    state.wanted += PAGE;
    refresh();
  };
  live.on(["dead-letter", "resync"], throttled(REFRESH_MS, signal, unlessInUse(list, signal, refresh)), signal);
  refresh();
}

function place({ partition, offset }) {
  return `${partition}@${offset}`;
}

/** A letter in the list: its element, and what shows that it was sent again since. */
function item(letter, signal) {
  const sentAgain = h("span", { class: "tag", hidden: true }, "sent again");
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
        sentAgain,
      ),
    ),
    body,
  );
  return {
    element: h("li", { class: "card" }, details),
    update({ replayed }) {
      sentAgain.hidden = !replayed;
    },
  };
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
