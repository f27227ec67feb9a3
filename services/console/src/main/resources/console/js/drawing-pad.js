/** A square to draw on with a mouse, a pen or a finger. */

import { h } from "./dom.js";

const SIZE = 280;
const PEN = 21;
const PAUSE_MS = 650;

/**
 * Makes a pad.
 *
 * @param {function(): void} changed called when the pen has rested a moment after a stroke, and when
 *     the pad was cleared
 * @returns {{element: HTMLCanvasElement, clear: function(): void, ink: function(): Float32Array,
 *     width: number}} `ink` is row by row, 0 for empty to 1
 */
export function drawingPad(changed) {
  const canvas = h("canvas", {
    class: "pad",
    width: SIZE,
    height: SIZE,
    tabindex: "0",
    role: "img",
    "aria-label": "Drawing area. Draw a digit with a pointer or a finger; the Delete key clears it.",
  });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let timer = null;

  const clear = () => {
    clearTimeout(timer);
    context.fillStyle = "#000";
    context.fillRect(0, 0, SIZE, SIZE);
    canvas.classList.add("blank");
    changed();
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * SIZE) / box.width, ((event.clientY - box.top) * SIZE) / box.height];
  };
  const lineTo = (event) => {
    context.lineTo(...at(event));
    context.stroke();
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) {
      return;
    }
    canvas.setPointerCapture(event.pointerId);
    clearTimeout(timer);
    canvas.classList.remove("blank");
    Object.assign(context, { strokeStyle: "#fff", lineWidth: PEN, lineCap: "round", lineJoin: "round" });
    context.beginPath();
    context.moveTo(...at(event));
    lineTo(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) {
      event.getCoalescedEvents?.().forEach(lineTo);
      lineTo(event);
    }
  });
  canvas.addEventListener("lostpointercapture", () => {
    timer = setTimeout(changed, PAUSE_MS);
  });
  canvas.addEventListener("keydown", (event) => {
    if (["Delete", "Backspace", "Escape"].includes(event.key)) {
      event.preventDefault();
      clear();
    }
  });
  context.fillRect(0, 0, SIZE, SIZE);
  canvas.classList.add("blank");
  return {
    element: canvas,
    clear,
    width: SIZE,
    ink() {
      const { data } = context.getImageData(0, 0, SIZE, SIZE);
      return Float32Array.from({ length: SIZE * SIZE }, (_, i) => data[4 * i] / 255);
    },
  };
}
