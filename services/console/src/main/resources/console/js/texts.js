/** Recent texts; of one, its weighted terms in place, similar documents, and words near a term. */

import { get, segment } from "./api.js";
import { h, replace } from "./dom.js";
import { count, decimal, idOf, percent, time } from "./format.js";
import { classBars, empty, load, problem, throttled, unlessInUse } from "./parts.js";

export const path = "texts";
export const title = "Texts";

const LIMIT = 25;
const TERMS = 30;
const REFRESH_MS = 4000;
const SNIPPET = 140;
const LONGEST_TEXT = 6000;

/** Shows the list, and the text that the address names beside it. */
export function mount(root, { live, signal, parameters }) {
  const list = h("div");
  const detail = h("section", { class: "card document", tabindex: "-1", "aria-label": "Text" });
  let shown = null;
  let documents = [];
  let abort = new AbortController();
  replace(
    root,
    h(
      "div",
      { class: "head" },
      h(
        "div",
        {},
        h("h1", {}, "Recent texts"),
        h("p", { class: "lead" }, "Each with the class it was given; mistakes first. Choose one to see why."),
      ),
    ),
    h("div", { class: "master" }, list, detail),
  );

  const showList = () => replace(list, listOf(documents, shown));
  const showDetail = (id) => {
    abort.abort();
    abort = new AbortController();
    signal.addEventListener("abort", () => abort.abort(), { signal: abort.signal });
    shown = id ?? null;
    root.classList.toggle("chosen", shown !== null);
    showList();
    detail.hidden = documents.length === 0 && !shown;
    if (shown) {
      describe(detail, shown, abort.signal);
    } else {
      replace(detail, empty("No text chosen", "Its weighted terms, similar texts and near words appear here."));
    }
  };
  const refresh = async () => {
    try {
      documents = mistakesFirst((await get("v1/recent/documents", { limit: LIMIT }, signal)).documents);
      showList();
      detail.hidden = documents.length === 0 && !shown;
    } catch (error) {
      if (!signal.aborted) {
        replace(list, problem(error));
      }
    }
  };
  live.on(
    ["evaluation", "version", "resync"],
    throttled(REFRESH_MS, signal, unlessInUse(list, signal, refresh)),
    signal,
  );
  showDetail(parameters[0]);
  refresh();
  return ([id]) => {
    showDetail(id);
    if (id) {
      detail.focus({ preventScroll: true });
      window.scrollTo(0, window.matchMedia("(max-width: 900px)").matches ? 0 : window.scrollY);
    }
  };
}

function isMistake({ label, prediction }) {
  return Boolean(label && prediction?.label && label !== prediction.label);
}

function mistakesFirst(documents) {
  return documents.toSorted((a, b) => Number(isMistake(b)) - Number(isMistake(a)));
}

function listOf(documents, shown) {
  if (documents.length === 0) {
    return h(
      "div",
      { class: "card" },
      empty(
        "No texts yet",
        "The last ones that were answered are shown here.",
        "./millrace send documents data/spam-assassin/mails.jsonl.gz --limit 500",
      ),
    );
  }
  return h(
    "ul",
    { class: "texts" },
    documents.map((item) => {
      const id = idOf(item.subject);
      return h(
        "li",
        {},
        h(
          "a",
          {
            href: `#/recent/texts/${segment(id)}`,
            id: `text-${id}`,
            "aria-current": id === shown && "true",
            class: isMistake(item) && "mistake",
          },
          h("span", { class: "row between" }, h("span", { class: "mono small" }, id), verdict(item)),
          h("span", { class: "snippet" }, snippet(item.text)),
        ),
      );
    }),
  );
}

function verdict({ label, prediction }) {
  const answer = prediction?.label;
  if (!answer) {
    return h("span", { class: "tag" }, label ? `no answer, is ${label}` : "no answer");
  }
  if (isMistake({ label, prediction })) {
    return h("span", { class: "tag bad" }, `${answer}, is ${label}`);
  }
  return h("span", { class: "tag" }, label ? `${answer}, right` : answer);
}

function snippet(text) {
  return text.length > SNIPPET ? `${text.slice(0, SNIPPET)}…` : text;
}

async function describe(place, id, signal) {
  const similar = h("div");
  const near = h("div");
  const text = h("div");
  replace(
    place,
    h("div", { class: "row between" }, h("h2", {}, id), h("a", { class: "back", href: "#/recent/texts" }, "All texts")),
    text,
    h(
      "div",
      { class: "columns" },
      h("div", {}, h("h3", {}, "Similar texts"), similar),
      h("div", {}, h("h3", {}, "Near words"), near),
    ),
  );
  replace(near, h("p", { class: "muted small" }, "Choose a marked word."));
  load(
    similar,
    signal,
    () => get(`v1/documents/${segment(id)}/similar`, { k: 6 }, signal),
    (answer) =>
      answer.similar.length === 0
        ? h("p", { class: "muted small" }, "None shares a term with it.")
        : h(
            "ul",
            { class: "pairs" },
            answer.similar.map((other) =>
              h(
                "li",
                {},
                h("a", { href: `#/recent/texts/${segment(other.id)}` }, other.id),
                other.label && h("span", { class: "tag" }, other.label),
                h("span", { class: "muted" }, decimal(other.similarity, 2)),
              ),
            ),
          ),
  );
  const nearest = (word) =>
    get(`v1/words/${segment(word)}/nearest`, { k: 8 }, signal).catch((error) => {
      if (error.status === 404) {
        return { word, nearest: [] };
      }
      throw error;
    });
  const showNear = (word) =>
    load(
      near,
      signal,
      () => nearest(word),
      (answer) =>
        answer.nearest.length === 0
          ? h("p", { class: "muted small" }, h("strong", {}, word), " has no vector: it was met too rarely.")
          : [
              h("p", { class: "small" }, "near ", h("strong", {}, answer.word)),
              h(
                "ul",
                { class: "pairs" },
                answer.nearest.map((other) =>
                  h(
                    "li",
                    {},
                    h("a", { href: `#/recent/words/${segment(other.word)}` }, other.word),
                    h("span", { class: "muted" }, decimal(other.similarity, 2)),
                  ),
                ),
              ),
            ],
    );
  load(
    text,
    signal,
    async () => {
      const [item, vector] = await Promise.all([
        get(`v1/documents/${segment(id)}`, {}, signal),
        get(`v1/documents/${segment(id)}/terms`, { k: TERMS }, signal).catch((error) => error),
      ]);
      return { item, vector };
    },
    ({ item, vector }) => content(item, vector, showNear),
  );
}

function content(item, vector, choose) {
  const terms = vector instanceof Error ? [] : vector.terms;
  const { nodes, absent } = highlighted(item.text.slice(0, LONGEST_TEXT), terms, choose);
  return h(
    "div",
    { class: "stack tight" },
    h(
      "div",
      { class: "row" },
      verdict(item),
      item.prediction &&
        h(
          "span",
          { class: "muted small" },
          `${item.prediction.model} version ${count(item.prediction.version)}, ${time(item.prediction.time)}`,
        ),
    ),
    item.prediction?.classes.length > 0 && classBars(item.prediction.classes),
    h("p", { class: "prose", tabindex: "0" }, nodes, item.text.length > LONGEST_TEXT && "…"),
    absent.length > 0 &&
      h(
        "p",
        { class: "muted small" },
        "Terms in another form than in the text: ",
        absent.map(({ term, weight }) => `${term} ${decimal(weight, 2)}`).join(", "),
      ),
    vector instanceof Error
      ? h("p", { class: "muted small" }, vector.message)
      : h(
          "p",
          { class: "muted small" },
          `The ${count(terms.length)} strongest terms are marked, the stronger, the more colour; weighed against ${count(vector.corpusSize)} texts, ${percent(weightShare(terms), 0)} of the vector's length.`,
        ),
  );
}

/** The share of the vector, which has unit length, that these terms make up. */
function weightShare(terms) {
  return Math.min(1, Math.sqrt(terms.reduce((sum, { weight }) => sum + weight * weight, 0)));
}

/** The text with its terms as buttons; `absent` are those that it does not have in this form. */
function highlighted(text, terms, choose) {
  const weights = new Map(terms.map(({ term, weight }) => [term, weight]));
  const strongest = terms[0]?.weight ?? 1;
  const found = new Set();
  const nodes = text.split(/([\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*)/u).map((piece, index) => {
    const term = piece.toLowerCase();
    if (index % 2 === 0 || !weights.has(term)) {
      return piece;
    }
    found.add(term);
    const mark = h(
      "button",
      { type: "button", class: "term", title: `${term} ${decimal(weights.get(term), 3)}`, onclick: () => choose(term) },
      piece,
    );
    mark.style.setProperty("--weight", ((weights.get(term) / strongest) ** 1.5).toFixed(3));
    return mark;
  });
  return { nodes, absent: terms.filter(({ term }) => !found.has(term)).slice(0, 12) };
}
