/** Numbers and times as people read them, in English as the rest of the page. */

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const date = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** A number without decimals and with separators; "–" for none. */
export function count(number) {
  return isNumber(number) ? whole.format(number) : "–";
}

/** A number in few characters, such as 2.9K; for where there is little room. */
export function compact(number) {
  return short.format(number);
}

/** A rate in records a second: more digits the smaller it is. */
export function rate(number) {
  if (!isNumber(number)) {
    return "–";
  }
  return number > 0 && number < 9.95 ? number.toFixed(1) : whole.format(number);
}

/** A share from 0 to 1 in percent. */
export function percent(share, decimals = 1) {
  return isNumber(share) ? `${(share * 100).toFixed(decimals)} %` : "–";
}

/** A number with the given decimals; "–" for none. */
export function decimal(number, decimals = 3) {
  return isNumber(number) ? number.toFixed(decimals) : "–";
}

/** Bytes in the unit that suits them. */
export function bytes(number) {
  if (!isNumber(number)) {
    return "–";
  }
  if (number < 1024) {
    return `${number} bytes`;
  }
  return number < 1024 * 1024 ? `${(number / 1024).toFixed(1)} KiB` : `${(number / 1024 / 1024).toFixed(1)} MiB`;
}

/** A time of today by its clock, another with its day; `short` leaves out seconds that are 0. */
export function time(millis, short = false) {
  if (!isNumber(millis)) {
    return "–";
  }
  const then = new Date(millis);
  const text = (then.toDateString() === new Date().toDateString() ? clock : date).format(then);
  return short && then.getSeconds() === 0 ? text.slice(0, -3) : text;
}

/** "1 record", "2 records". */
export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** The id within a subject such as image/cat-1. */
export function idOf(subject) {
  return subject.slice(subject.indexOf("/") + 1);
}

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}
