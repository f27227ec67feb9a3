/** Dialogs: the browser's own element, which keeps the focus inside and closes by Escape. */

import { setToken, token } from "./api.js";
import { h } from "./dom.js";

/**
 * Asks before something is changed.
 *
 * @param {string} title what will be done, as a question
 * @param {Array} content what that means
 * @param {string} action the button that does it
 * @returns {Promise<boolean>} whether it was confirmed
 */
export async function confirm(title, content, action) {
  return (await open(title, content, action)) === "yes";
}

/**
 * Asks for the token, which stays in this tab's session.
 *
 * @param {string} [reason] why it is asked for
 * @returns {Promise<boolean>} whether it changed
 */
export async function askForToken(reason) {
  if (document.querySelector("dialog[open]")) {
    return false;
  }
  const field = h("input", { type: "password", id: "token", autocomplete: "off", spellcheck: "false" });
  field.value = token();
  const answer = await open(
    "Token",
    [
      reason && h("p", {}, reason),
      h(
        "p",
        { class: "muted" },
        "The token that this process was given as ",
        h("code", {}, "http.token"),
        " or ",
        h("code", {}, "http.token.file"),
        ". It stays in this tab until you close it. Empty: none.",
      ),
      h("div", { class: "field" }, h("label", { for: "token" }, "Token"), field),
    ],
    "Use it",
  );
  if (answer !== "yes" || field.value === token()) {
    return false;
  }
  setToken(field.value.trim());
  return true;
}

/** Shows something in a dialog with a button that closes it. */
export async function show(title, content) {
  await open(title, content, null);
}

function open(title, content, action) {
  const dialog = h(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "dialog-title" }, title),
      content,
      h(
        "div",
        { class: "actions" },
        action && h("button", { value: "no", type: "button", onclick: () => dialog.close("no") }, "Cancel"),
        action ? h("button", { value: "yes", class: "primary" }, action) : h("button", { value: "no" }, "Close"),
      ),
    ),
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    dialog.showModal();
  });
}
