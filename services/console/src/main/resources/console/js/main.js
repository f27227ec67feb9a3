/**
 * The page: chooses the view by the address behind `#`, shows whether the connection holds, and
 * switches the theme. A view is a module with `title` and `mount(root, context)`; what it starts ends
 * with `context.signal`.
 */

import * as accuracy from "./accuracy.js";
import * as ask from "./ask.js";
import * as deadLetters from "./dead-letters.js";
import * as flow from "./flow.js";
import * as images from "./images.js";
import * as models from "./models.js";
import * as settings from "./settings.js";
import * as texts from "./texts.js";
import * as words from "./words.js";
import { askForToken } from "./dialogs.js";
import { h, icon, replace } from "./dom.js";
import { time } from "./format.js";
import { Live } from "./live.js";
import { notice } from "./parts.js";
import { switchTheme, themeButton } from "./theme.js";

const VIEWS = [
  { path: "flow", name: "Flow", icon: "M3 6h5l4 12h4M3 18h5l2-5M14 9l1-3h6M18 3l3 3-3 3M16 15l3 3-3 3", views: [flow] },
  { path: "accuracy", name: "Accuracy", icon: "M4 4v16h16M7 15l4-5 3 3 5-7", views: [accuracy] },
  {
    path: "ask",
    name: "Ask",
    icon: "M4 20l1.2-4.4L16 4.8a2 2 0 0 1 2.8 0l.4.4a2 2 0 0 1 0 2.8L8.4 18.8 4 20zM14 7l3 3",
    views: [ask],
  },
  {
    path: "recent",
    name: "Recent",
    icon: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    views: [images, texts, words],
  },
  {
    path: "operate",
    name: "Operate",
    icon: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5",
    views: [models, deadLetters, settings],
  },
];

const live = new Live();
const main = document.getElementById("main");
const notices = document.getElementById("notices");
let said = "[]";
let current = { view: null, abort: new AbortController(), update: null };

/** Shows the view that the address names; only its parameters, if the view is there already. */
function route() {
  const [path, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const group = VIEWS.find((candidate) => candidate.path === path) ?? VIEWS[0];
  const view = group.views.find((candidate) => candidate.path === rest[0]) ?? group.views[0];
  const parameters = view.path ? rest.slice(1) : rest;
  if (current.view === view && current.update) {
    current.update(parameters);
    return;
  }
  const first = current.view === null;
  current.abort.abort();
  const abort = new AbortController();
  current = { view, abort, update: null };
  document.title = `${view.title} · Millrace`;
  markLinks(group);
  live.follow(view.events ?? []);
  const root = h("div", { class: "view" });
  replace(main, group.views.length > 1 && subviews(group, view), root);
  current.update = view.mount(root, { live, signal: abort.signal, parameters }) ?? null;
  window.scrollTo(0, 0);
  if (!first) {
    const heading = root.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }
}

function markLinks(group) {
  for (const link of document.querySelectorAll("#views a")) {
    if (link.hash === `#/${group.path}`) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

function subviews(group, shown) {
  return h(
    "nav",
    { class: "subviews", "aria-label": group.name },
    group.views.map((view) =>
      h("a", { href: `#/${group.path}/${view.path}`, "aria-current": view === shown && "page" }, view.title),
    ),
  );
}

function showConnection() {
  const text = { live: "Live", lost: "Connection lost", connecting: "Connecting", denied: "Token needed" };
  const element = document.getElementById("connection");
  element.dataset.state = live.state;
  element.textContent = text[live.state];
  const lost = document.getElementById("lost");
  if (live.state === "lost" && !lost) {
    const since = h(
      "p",
      {},
      `The connection was lost at ${time(Date.now())}. What you see is of that time; the page tries to connect again.`,
    );
    notices.before(h("div", { id: "lost", class: "notices" }, notice("bad", since)));
  } else if (live.state !== "lost") {
    lost?.remove();
  }
}

/** Services that have failed are said on every view, with the reason; again only when it changes. */
function showFailures({ services }) {
  const failed = Object.entries(services).filter(([, service]) => service.health === "FAILED");
  const news = JSON.stringify(failed);
  if (news === said) {
    return;
  }
  said = news;
  replace(
    notices,
    failed.map(([name, service]) =>
      notice("bad", h("p", {}, h("strong", {}, `${name} has failed. `), service.failure ?? "Its log says why.")),
    ),
  );
}

async function changeToken(reason) {
  if (await askForToken(reason)) {
    live.reopen();
    current.view = null;
    route();
  }
}

replace(
  document.getElementById("views"),
  VIEWS.map((view) => h("a", { href: `#/${view.path}` }, icon(view.icon), view.name)),
);
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
const access = document.getElementById("access");
access.append(icon("M14.5 9.5m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0M11 13l-7 7M6 18l2.5 2.5M9 15l2 2"));
access.addEventListener("click", () => changeToken());
document.addEventListener("token-wanted", (event) => changeToken(event.detail));
document.getElementById("theme").addEventListener("click", (event) => switchTheme(event.currentTarget));
themeButton(document.getElementById("theme"));

live.addEventListener("state", showConnection);
live.addEventListener("denied", (event) => changeToken(event.detail.message));
live.addEventListener("health", (event) => showFailures(event.detail));
showConnection();
window.addEventListener("hashchange", route);
route();
