/** Recent images with their reconstructions, and what they were taken for: mistakes first. */

import { get } from "./api.js";
import { show } from "./dialogs.js";
import { h, replace } from "./dom.js";
import { count, decimal, idOf, percent, plural, time } from "./format.js";
import { classBars, empty, load, segments, throttled, unlessInUse } from "./parts.js";

export const path = "images";
export const title = "Images";

const LIMIT = 72;
const REFRESH_MS = 3000;

/** Shows the gallery; it is asked for anew every few seconds while something happens. */
export function mount(root, { live, signal }) {
  const gallery = h("div");
  const summary = h("p", { class: "lead" });
  let order = "mistakes";
  let images = [];
  replace(
    root,
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, "Recent images"), summary),
      segments(
        "Order",
        [
          ["mistakes", "Mistakes first"],
          ["newest", "Newest"],
          ["anomaly", "Strangest"],
        ],
        order,
        (next) => {
          order = next;
          replace(gallery, tiles());
        },
      ),
    ),
    gallery,
  );

  const tiles = () =>
    images.length === 0
      ? h(
          "div",
          { class: "card" },
          empty(
            "No images yet",
            "The last ones that were answered are shown here.",
            "./millrace send images data/mnist/train-images-idx3-ubyte.gz --limit 1000",
          ),
        )
      : h("ul", { class: "gallery" }, sorted(images, order).map(tile));
  const refresh = () =>
    load(
      gallery,
      signal,
      () => get("v1/recent/images", { limit: LIMIT }, signal),
      (answer) => {
        // The newest ones may wait for their answer.
        images = answer.images.filter(({ prediction }) => prediction);
        summary.textContent = summarize(images);
        return tiles();
      },
    );
  const later = throttled(REFRESH_MS, signal, unlessInUse(gallery, signal, refresh));
  live.on(["evaluation", "version", "resync"], later, signal);
  refresh();
}

function summarize(images) {
  const judged = images.filter(({ label }) => label !== null);
  const mistakes = judged.filter(isMistake).length;
  return judged.length === 0
    ? "Beside each image is what the network kept of it."
    : `${plural(mistakes, "mistake")} among the last ${count(judged.length)} with a label. Beside each image is what the network kept of it.`;
}

function isMistake({ label, prediction }) {
  return label !== null && prediction.label !== null && label !== prediction.label;
}

function sorted(images, order) {
  if (order === "mistakes") {
    return images.toSorted((a, b) => Number(isMistake(b)) - Number(isMistake(a)));
  }
  return order === "anomaly"
    ? images.toSorted((a, b) => (b.prediction.anomaly ?? -1) - (a.prediction.anomaly ?? -1))
    : images;
}

function tile(item) {
  const mistake = isMistake(item);
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        id: `tile-${item.subject}`,
        class: mistake ? "tile mistake" : "tile",
        onclick: () => show(idOf(item.subject), detail(item)),
      },
      h("span", { class: "pair" }, picture(item.image, ""), item.reconstruction && picture(item.reconstruction, "")),
      h("span", { class: "caption" }, caption(item, mistake)),
    ),
  );
}

function caption({ label, prediction }, mistake) {
  const answer = prediction.label;
  if (!answer) {
    return [h("strong", {}, "no answer"), label !== null && h("span", {}, `, is ${label}`)];
  }
  if (label === null) {
    return [h("strong", {}, answer), h("span", { class: "muted" }, ` ${percent(prediction.probability, 0)}`)];
  }
  return mistake
    ? [h("span", { class: "visually-hidden" }, "mistake: "), h("strong", {}, answer), h("span", {}, `, is ${label}`)]
    : [h("strong", {}, answer), h("span", { class: "muted" }, " right")];
}

function picture(source, alt) {
  return h("img", { class: "pixels", src: source, alt });
}

function detail({ image, reconstruction, label, prediction }) {
  const { source } = prediction;
  return h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "pictures" },
      h("figure", {}, picture(image, "The image"), h("figcaption", {}, "image")),
      reconstruction &&
        h("figure", {}, picture(reconstruction, "Its reconstruction"), h("figcaption", {}, "reconstruction")),
    ),
    classBars(prediction.classes),
    h(
      "dl",
      { class: "facts wide" },
      fact("Label", label ?? "none yet"),
      fact("Answered by", `${prediction.model} version ${count(prediction.version)}, ${time(prediction.time)}`),
      fact("Reconstruction error", decimal(prediction.reconstructionError, 4)),
      typeof prediction.anomaly === "number" && fact("Anomaly", percent(prediction.anomaly, 0)),
      source && fact("Record", h("code", {}, `${source.topic} ${source.partition}@${source.offset}`)),
    ),
  );
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}
