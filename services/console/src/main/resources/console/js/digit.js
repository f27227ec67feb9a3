/**
 * Brings a drawing into the form of MNIST (LeCun et al. 1998): scaled into a box of 20 of 28 pixels
 * with its proportions kept, with its centre of mass in the middle.
 */

const BOX_SHARE = 20 / 28;
/** Samples of the drawing for a pixel, in each direction. */
const SAMPLES = 8;
/** Less ink than this is the soft edge of a stroke, and does not widen the box. */
const LEAST_INK = 0.1;

/**
 * Scales and centres a drawing.
 *
 * @param {Float32Array} ink the drawing row by row, 0 for empty to 1 for ink
 * @param {number} width of the drawing in pixels
 * @param {number} size width and height of the result
 * @returns {Float32Array|null} `size × size` values from 0 to 1; null for a drawing without ink
 */
export function centred(ink, width, size) {
  const height = ink.length / width;
  let [left, right, top, bottom] = [width, -1, height, -1];
  let [sum, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = ink[y * width + x];
      if (value >= LEAST_INK) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
      sum += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
    }
  }
  if (right < 0) {
    return null;
  }
  const step = Math.max(right - left + 1, bottom - top + 1) / (BOX_SHARE * size);
  const result = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let total = 0;
      for (let i = 0; i < SAMPLES; i++) {
        const y = Math.floor(sumY / sum + (row + (i + 0.5) / SAMPLES - size / 2) * step);
        for (let j = 0; j < SAMPLES; j++) {
          const x = Math.floor(sumX / sum + (column + (j + 0.5) / SAMPLES - size / 2) * step);
          total += x >= 0 && x < width && y >= 0 && y < height ? ink[y * width + x] : 0;
        }
      }
      result[row * size + column] = total / (SAMPLES * SAMPLES);
    }
  }
  return result;
}

/**
 * Draws values from 0 to 1 as pixels.
 *
 * @param {ArrayLike<number>} values row by row, one plane after the other: one for grey, three for
 *     red, green and blue
 * @param {number} width of the image
 * @param {number} height of the image
 * @returns {HTMLCanvasElement}
 */
export function pixels(values, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.className = "pixels";
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const plane = width * height;
  const colours = values.length >= 3 * plane ? 3 : 1;
  for (let i = 0; i < plane; i++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * i + channel] = Math.round(255 * values[(channel % colours) * plane + i]);
    }
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
