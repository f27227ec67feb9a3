/**
 * Makes HTML and SVG elements. Text is always set as text, never as markup, so nothing that comes
 * from a topic can become part of the page.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element.
 *
 * @param {string} tag its name
 * @param {Object<string, *>} [attributes] attributes; `on…` are listeners, `class` is the class,
 *     `true` an attribute without value, and null, undefined and false leave the attribute out
 * @param {...(Node|string|number|null|undefined|false|Array)} children what it contains
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * An SVG element; parameters as for {@link h}.
 *
 * @returns {SVGElement}
 */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Replaces what an element contains. Elements with an id keep what a person did with them: the focus,
 * and whether details are open.
 */
export function replace(parent, ...children) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = [...parent.querySelectorAll("details[open][id]")].map(({ id }) => id);
  parent.replaceChildren(...nodes(children));
  opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focused) {
    document.getElementById(focused)?.focus({ preventScroll: true });
  }
}

/** An icon of 24 by 24 drawn by lines; the button or link around it has the name. */
export function icon(path) {
  return s("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: path }));
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
