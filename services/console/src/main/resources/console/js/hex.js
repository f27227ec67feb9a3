/** Bytes as people read them. */

/** A dump of some bytes a line: offset, hexadecimal, printable ASCII. */
export function hexDump(data, perLine) {
  const lines = [];
  for (let offset = 0; offset < data.length; offset += perLine) {
    const line = [...data.subarray(offset, offset + perLine)];
    const hex = line.map((value) => value.toString(16).padStart(2, "0")).join(" ");
    const text = line.map((value) => (value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : ".")).join("");
    lines.push(`${offset.toString(16).padStart(6, "0")}  ${hex.padEnd(perLine * 3 - 1)}  ${text}`);
  }
  return lines.join("\n");
}

/** The bytes as UTF-8 text, with what is not printable made visible. */
export function printable(data) {
  return new TextDecoder()
    .decode(data)
    .replaceAll(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
