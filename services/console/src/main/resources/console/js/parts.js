/** Small parts that several views show. */

import { h, replace } from "./dom.js";
import { percent } from "./format.js";

/** Whether the screen is as narrow as a phone's; the style sheets have the same bound. */
export function narrowScreen() {
  return window.matchMedia("(max-width: 720px)");
}

/** A box with something to know: `kind` is `bad` for an error, or empty. */
export function notice(kind, ...content) {
  return h("div", { class: `notice ${kind}`, role: kind === "bad" ? "alert" : "status" }, content);
}

/** What went wrong, in the server's words; where a token is missing, with a button to give one. */
export function problem(error) {
  return notice(
    "bad",
    h("p", {}, error.message),
    error.denied && [
      h(
        "p",
        { class: "small" },
        error.status === 401
          ? "This process answers only with its token: "
          : "What writes needs a token, unless the process listens on this machine alone: ",
        h("code", {}, "http.token"),
        " or ",
        h("code", {}, "http.token.file"),
        ".",
      ),
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", onclick: () => wantToken(error.message) }, "Enter the token"),
      ),
    ],
  );
}

/** What is shown where there is nothing yet: what it would be, and the command that brings it. */
export function empty(title, text, ...commands) {
  return h(
    "div",
    { class: "empty" },
    h("p", { class: "title" }, title),
    h("p", {}, text),
    commands.length > 0 && h("pre", { tabindex: "0" }, h("code", {}, commands.join("\n"))),
  );
}

/** Classes with their probabilities as bars, the likeliest first. */
export function classBars(classes) {
  return h(
    "ol",
    { class: "bars", "aria-label": "Classes by probability" },
    classes.map(({ label, probability }, index) =>
      h(
        "li",
        { class: index === 0 && "first" },
        h("span", { class: "name", title: label }, label),
        h("span", { class: "track", "aria-hidden": "true" }, sized(h("span", { class: "fill" }), probability)),
        h("span", { class: "value" }, percent(probability)),
      ),
    ),
  );
}

/** Buttons of which one is pressed: `options` are pairs of value and name. */
export function segments(label, options, chosen, choose) {
  const group = h("div", { class: "segments", role: "group", "aria-label": label });
  const show = (value) =>
    replace(
      group,
      options.map(([option, name]) =>
        h(
          "button",
          {
            type: "button",
            id: `${label}-${option}`.replaceAll(/\W+/g, "-"),
            "aria-pressed": String(option === value),
            onclick: () => {
              show(option);
              choose(option);
            },
          },
          name,
        ),
      ),
    );
  show(chosen);
  return group;
}

/**
 * Shows what a promise brings: nothing changes until it is there, and an error is shown in its place.
 *
 * @param {HTMLElement} place what to fill
 * @param {AbortSignal} signal when it no longer matters
 * @param {function(): Promise} ask what to wait for
 * @param {function(*): *} show makes content of it
 */
export async function load(place, signal, ask, show) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await ask();
    if (!signal.aborted) {
      replace(place, show(answer));
    }
  } catch (error) {
    if (!signal.aborted && error.name !== "AbortError") {
      replace(place, problem(error));
    }
  } finally {
    place.removeAttribute("aria-busy");
  }
}

/** Calls something at most once in a while, however often it is asked for; the last request counts. */
export function throttled(millis, signal, work) {
  let timer = null;
  let last = 0;
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => {
    if (timer === null && !signal.aborted) {
      timer = setTimeout(
        () => {
          timer = null;
          last = Date.now();
          work();
        },
        Math.max(0, last + millis - Date.now()),
      );
    }
  };
}

/**
 * Leaves something as it is while a person points at it or has the focus in it, so that it does not
 * change under the hand; the work is done when they leave.
 */
export function unlessInUse(element, signal, work) {
  let waits = false;
  const inUse = () =>
    element.matches(window.matchMedia("(hover: hover)").matches ? ":hover, :focus-within" : ":focus-within");
  const leave = () => {
    if (waits && !signal.aborted && !inUse()) {
      waits = false;
      work();
    }
  };
  element.addEventListener("pointerleave", leave);
  element.addEventListener("focusout", () => setTimeout(leave));
  return () => {
    waits = inUse();
    if (!waits) {
      work();
    }
  };
}

function wantToken(reason) {
  document.dispatchEvent(new CustomEvent("token-wanted", { detail: reason }));
}

function sized(element, share) {
  element.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return element;
}
