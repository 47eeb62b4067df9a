/**
 * Making elements. Nothing here knows of trees.
 */

let made = 0;

/**
 * An id for an element, used once in the page.
 *
 * @returns {string}
 */
export function elementId() {
  made += 1;
  return `tree-editor-${made}`;
}

/**
 * Make an element. Properties that start with `on` are listeners, `class` is the class, values that are null, undefined
 * or false are left out, and everything else is an attribute.
 *
 * @param {string} tag
 * @param {Object<string, any>} [properties]
 * @param {...(Node|string|null|undefined|Array<Node|string|null|undefined>)} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * One of Wagtail's icons.
 *
 * @param {string} name
 * @param {string} [classes]
 */
export function icon(name, classes = "") {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("class", `icon icon-${name} ${classes}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(namespace, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * A button with words.
 *
 * @param {string} words
 * @param {() => void} onclick
 * @param {{icon?: string, classes?: string, name?: string}} [look] `name` says more than the words to those who listen.
 */
export function button(words, onclick, { icon: name = "", classes = "button-secondary", name: spoken } = {}) {
  return h(
    "button",
    { type: "button", class: `button button-small ${classes}`.trim(), "aria-label": spoken, onclick },
    name ? icon(name) : null,
    words,
  );
}

/**
 * A button that is an icon, with its name for those who do not see it and as a tooltip.
 *
 * @param {string} name
 * @param {string} words
 * @param {() => void} onclick
 */
export function iconButton(name, words, onclick) {
  return h(
    "button",
    { type: "button", class: "button button--icon text-replace", title: words, "aria-label": words, onclick },
    icon(name),
  );
}

/** Words for those who listen. */
export function spoken(words) {
  return h("span", { class: "w-sr-only" }, words);
}

/**
 * "1 rule", "3 rules", "1,152 combinations".
 *
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
}

/**
 * Words in a row: "a, b or c".
 *
 * @param {string[]} words
 * @param {string} joint
 */
export function listed(words, joint) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${joint} ${words[words.length - 1]}`;
}

/**
 * Bring an element before the eye and give it the focus, so that a keyboard goes on from there.
 *
 * @param {HTMLElement} element
 */
export function arriveAt(element) {
  if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.tabIndex = -1;
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}
