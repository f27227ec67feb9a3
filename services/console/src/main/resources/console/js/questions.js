/**
 * Asks the models about one image or text, through the stream and in process.
 *
 * An answer has `model`, `version`, `label` (null with `reason` if there is none), `probability`,
 * `classes`, and for images `reconstruction` (an element), `reconstructionError` and `anomaly`.
 */

import { get, post, request, segment } from "./api.js";
import { pixels } from "./digit.js";
import { h } from "./dom.js";

const KINDS = {
  image: { path: "v1/images", model: "vision" },
  document: { path: "v1/documents", model: "classifier" },
};
const TOP_CLASSES = 5;

/** The model that answers a kind of question. */
export function modelOf(kind) {
  return KINDS[kind].model;
}

/**
 * Sends the question as a record and waits for the prediction that scoring makes of it. Where
 * scoring is far behind, the model answers in its place; `note` says so.
 *
 * @param {{kind: string, id: string, body: Blob|string, type: string}} question kind: image or document
 */
export async function askStream(question, signal) {
  try {
    return await predicted(question, signal);
  } catch (error) {
    if (error.status !== 504) {
      throw error;
    }
    const note = "Scoring has not come to this record yet. This is what the model that serves answers.";
    return { ...(await askModel(question, signal)), note };
  }
}

async function predicted({ kind, id, body, type }, signal) {
  const response = await request(`${KINDS[kind].path}/${segment(id)}`, {
    method: "POST",
    params: { wait: "prediction" },
    body,
    type,
    signal,
  });
  const { prediction, reconstruction } = await response.json();
  return { ...prediction, reconstruction: reconstruction && image(reconstruction, "Reconstruction") };
}

/** Asks the version that serves, by the Open Inference Protocol: no record is written. */
export async function askModel({ kind, body }, signal) {
  const outputs = [
    "labels",
    "probabilities",
    "classes",
    ...(kind === "image" ? ["reconstruction", "reconstruction_error"] : []),
  ];
  const input =
    kind === "image"
      ? {
          name: "images",
          datatype: "BYTES",
          shape: [1],
          parameters: { content_type: "base64" },
          data: [await base64(body)],
        }
      : { name: "texts", datatype: "BYTES", shape: [1], data: [body] };
  const answer = await post(
    `v2/models/${modelOf(kind)}/infer`,
    { inputs: [input], outputs: outputs.map((name) => ({ name })) },
    { signal },
  );
  const output = Object.fromEntries(answer.outputs.map((tensor) => [tensor.name, tensor]));
  const classes = output.classes.data
    .map((label, index) => ({ label, probability: output.probabilities.data[index] }))
    .sort((a, b) => b.probability - a.probability);
  return {
    model: answer.model_name,
    version: Number(answer.model_version),
    label: classes.length > 0 ? output.labels.data[0] : null,
    probability: classes[0]?.probability ?? 0,
    classes: classes.slice(0, TOP_CLASSES),
    allClasses: classes.map(({ label }) => label),
    reconstruction: output.reconstruction && tensorImage(output.reconstruction),
    reconstructionError: output.reconstruction_error?.data[0] ?? null,
    anomaly: null,
  };
}

/** Tells the label of a subject, such as `image/cat-1`. */
export function teach(subject, label) {
  return post("v1/labels", { subject, label });
}

/** Width and height of the images that the model takes; those of MNIST as long as there is no model. */
export async function inputSize(signal) {
  try {
    const { inputs } = await get(`v2/models/${KINDS.image.model}`, {}, signal);
    return inputs.find(({ name }) => name === "images").shape.at(-1);
  } catch {
    return 28;
  }
}

function tensorImage({ shape, data }) {
  const canvas = pixels(data, shape.at(-1), shape.at(-2));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", "Reconstruction");
  return canvas;
}

function image(source, alt) {
  return h("img", { class: "pixels", src: source, alt });
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
