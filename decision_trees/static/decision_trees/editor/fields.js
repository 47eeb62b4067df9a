/**
 * Fields in Wagtail's look that read and write one property of one piece of the tree.
 *
 * None of them has a `name`: what the page saves stands in its two hidden fields.
 */

import { button, elementId, h, icon, iconButton } from "./dom.js";

/** @typedef {import("./editor.js").Editor} Editor */

/**
 * @typedef {object} Field
 * @property {string} [key] the piece; the tree itself where it is left out
 * @property {string} name the property
 * @property {string} label
 * @property {string} [help]
 * @property {boolean} [required]
 */

/** The piece that a field belongs to. */
function piece(editor, key) {
  return key === undefined ? editor.store.tree : editor.store.find(key);
}

/** What the property holds; `otherwise` once its piece is gone. */
function held(editor, { key, name }, otherwise) {
  return piece(editor, key)?.[name] ?? otherwise;
}

/**
 * Write the property, as one step.
 *
 * @param {Editor} editor
 * @param {Field} field
 * @param {any} value
 * @param {boolean} [typing] whether several changes in a row are one step
 */
function write(editor, { key, name, label }, value, typing = false) {
  const edit = () => {
    piece(editor, key)[name] = value;
  };
  editor.store.change(`edit “${label}”`, edit, { merge: typing ? `${key}.${name}` : "" });
}

/**
 * The furniture of a field: label, help, and room for what is wrong.
 *
 * @param {{label: string, help?: string, required?: boolean, name: string}} field
 * @param {HTMLElement} input
 * @param {{group?: boolean}} [options] `group` for several inputs under one label
 */
export function withLabel({ label, help, required, name }, input, { group = false } = {}) {
  const helpId = help ? elementId() : null;
  const mark = required ? h("span", { class: "w-required-mark", "aria-hidden": "true" }, "*") : null;
  if (!group && !input.id) input.id = elementId();
  if (helpId) input.setAttribute("aria-describedby", helpId);
  if (required && !group) input.setAttribute("aria-required", "true");
  const content = [
    help ? h("div", { class: "w-field__help" }, h("div", { class: "help", id: helpId }, help)) : null,
    h("div", { class: "w-field__input" }, input),
  ];
  if (group) {
    return h(
      "fieldset",
      { class: "w-field__wrapper", "data-field": name, "aria-describedby": helpId },
      h("legend", { class: "w-field__label" }, label, mark),
      h("div", { class: "w-field" }, content),
    );
  }
  return h(
    "div",
    { class: "w-field__wrapper", "data-field": name },
    h("label", { class: "w-field__label", for: input.id }, label, mark),
    h("div", { class: "w-field" }, content),
  );
}

/**
 * A line of text, or several with `rows`.
 *
 * @param {Editor} editor
 * @param {Field & {rows?: number, numeric?: boolean, oninput?: (value: string) => void, onchange?: () => void}} field
 */
export function textField(editor, field) {
  return withLabel(field, textInput(editor, field));
}

/** The input of a text field, without its furniture. */
export function textInput(editor, field) {
  const properties = {
    oninput: (event) => (field.oninput ?? ((value) => write(editor, field, value, true)))(event.target.value),
    onchange: field.onchange,
    autocomplete: "off",
  };
  const input = field.rows
    ? h("textarea", { ...properties, rows: field.rows, "data-controller": "w-autosize" })
    : h("input", { ...properties, type: "text", inputmode: field.numeric ? "decimal" : null });
  return editor.view.watch(input, () => {
    const value = String(held(editor, field, ""));
    if (input.value === value) return;
    input.value = value;
  });
}

/**
 * A choice from a list.
 *
 * @param {Editor} editor
 * @param {Field & {choices: import("./vocabulary.js").Choice[], blank?: string, onpick?: (value: string) => void}} field
 */
export function selectField(editor, field) {
  const input = select(editor, {
    options: () => [...(field.blank === undefined ? [] : [["", field.blank]]), ...field.choices],
    value: () => held(editor, field, ""),
    pick: field.onpick ?? ((value) => write(editor, field, value)),
  });
  return withLabel(field, input);
}

/**
 * @typedef {import("./vocabulary.js").Choice | {group: string, options: import("./vocabulary.js").Choice[]}} Entry
 */

/**
 * A list that follows the state. A value that is not in the list is shown all the same, and said to be gone.
 *
 * @param {Editor} editor
 * @param {{options: () => Entry[], value: () => string, pick: (value: string) => void, label?: string}} list
 * @returns {HTMLSelectElement}
 */
export function select(editor, { options, value, pick, label }) {
  const element = h("select", { "aria-label": label, onchange: () => pick(element.value) });
  let shown = "";
  return editor.view.watch(element, () => {
    const now = value();
    const entries = options();
    const known = entries
      .flatMap((entry) => (Array.isArray(entry) ? [entry] : entry.options))
      .some(([id]) => id === now);
    if (!known) entries.unshift(now === "" ? ["", "Choose…"] : [now, `No longer there: ${now}`]);
    const wanted = JSON.stringify(entries);
    if (wanted !== shown) {
      element.replaceChildren(...entries.map(optionElement));
      shown = wanted;
    }
    if (element.value !== now) element.value = now;
  });
}

function optionElement(entry) {
  if (Array.isArray(entry)) return h("option", { value: entry[0] }, entry[1]);
  return h("optgroup", { label: entry.group }, entry.options.map(optionElement));
}

/**
 * Boxes to tick. What is ticked and no longer among the choices stays, said to be gone, until it is unticked.
 *
 * @param {Editor} editor
 * @param {{choices: () => import("./vocabulary.js").Choice[], ticked: () => string[], pick: (ids: string[]) => void,
 *   none?: string}} boxes `none` is said where there is nothing to tick
 */
export function checkboxes(editor, { choices, ticked, pick, none = "" }) {
  const shown = () => {
    const known = choices();
    const gone = ticked().filter((id) => !known.some(([each]) => each === id));
    return [...known, ...gone.map((id) => [id, `No longer there: ${id}`])];
  };
  const toggle = (id, checked) => {
    const order = shown().map(([each]) => each);
    const ids = checked ? [...ticked(), id] : ticked().filter((each) => each !== id);
    pick(ids.sort((one, other) => order.indexOf(one) - order.indexOf(other)));
  };
  const box = (id) => {
    const input = h("input", { type: "checkbox", onchange: () => toggle(id, input.checked) });
    editor.view.watch(input, () => {
      input.checked = ticked().includes(id);
    });
    const words = editor.view.text(h("span"), () => shown().find(([each]) => each === id)?.[1] ?? "");
    return h("label", { class: "tree-editor__box" }, input, words);
  };
  const list = h("div", { class: "tree-editor__boxes" });
  editor.view.list(list, shown, ([id]) => id, box);
  if (!none) return list;
  const empty = h("p", { class: "tree-editor__none" }, none);
  editor.view.watch(empty, () => {
    empty.hidden = shown().length > 0;
  });
  return h("div", {}, list, empty);
}

/**
 * Boxes to tick, for a property that is a list of ids.
 *
 * @param {Editor} editor
 * @param {Field & {choices: () => import("./vocabulary.js").Choice[], none?: string}} field
 */
export function checkboxesField(editor, field) {
  const boxes = checkboxes(editor, {
    choices: field.choices,
    ticked: () => held(editor, field, []),
    pick: (ids) => write(editor, field, ids),
    none: field.none,
  });
  return withLabel(field, boxes, { group: true });
}

/**
 * What is chosen from a long list, kept in order: each with a button to take it out, and a list to add from.
 *
 * @param {Editor} editor
 * @param {Field & {choices: import("./vocabulary.js").Choice[], add: string}} field
 */
export function chosenField(editor, field) {
  const chosen = () => held(editor, field, []);
  const words = (id) => field.choices.find(([each]) => each === id)?.[1] ?? `No longer there: ${id}`;
  const list = h("ul", { class: "tree-editor__chosen" });
  editor.view.list(list, chosen, String, (id) => {
    const remove = iconButton("bin", `Remove “${words(id)}”`, () => {
      write(
        editor,
        field,
        chosen().filter((each) => each !== id),
      );
      add.focus();
    });
    return h("li", {}, h("span", {}, words(id)), remove);
  });
  const add = select(editor, {
    label: field.add,
    options: () => [["", field.add], ...field.choices.filter(([id]) => !chosen().includes(id))],
    value: () => "",
    pick: () => {},
  });
  // A list that acts when one passes an entry would be of no use with the keyboard.
  const take = button("Add", () => add.value && write(editor, field, [...chosen(), add.value]), {
    icon: "plus",
    name: `Add to “${field.label}”`,
  });
  const furniture = h("div", {}, list, h("div", { class: "tree-editor__row" }, add, take));
  return withLabel(field, furniture, { group: true });
}

/**
 * Lines of text, each with buttons to move it and take it out.
 *
 * @param {Editor} editor
 * @param {Field & {add: string, each: string, make: () => object}} field
 */
export function linesField(editor, field) {
  const lines = () => held(editor, field, []);
  const list = h("div", { class: "tree-editor__lines" });
  editor.view.list(
    list,
    lines,
    (line) => line._key,
    (key) => {
      const place = () => lines().findIndex((line) => line._key === key);
      const label = () => `${field.each} ${place() + 1}`;
      const input = textInput(editor, { key, name: "line", label: field.label, rows: 1 });
      editor.view.watch(input, () => input.setAttribute("aria-label", label()));
      const controls = pieceControls(editor, { key, called: label, list: lines });
      return h("div", { class: "tree-editor__line" }, input, controls);
    },
  );
  const add = button(
    field.add,
    () => {
      editor.store.change(field.add.toLowerCase(), () => lines().push(field.make()));
      editor.settle();
      list.lastElementChild.querySelector("textarea").focus();
    },
    { icon: "plus" },
  );
  return withLabel(field, h("div", {}, list, add), { group: true });
}

/**
 * Buttons that move a piece up and down its list, copy it, and take it out.
 *
 * @param {Editor} editor
 * @param {{key: string, called: () => string, list: () => object[], copy?: (piece: object) => object,
 *   remove?: (piece: object) => void}} piece `remove` where taking out asks first
 */
export function pieceControls(editor, { key, called, list, copy, remove }) {
  const { store } = editor;
  const place = () => list().findIndex((each) => each._key === key);
  const move = (by) => {
    store.change(`move ${lower(called())}`, () => {
      const all = list();
      const from = place();
      const [moved] = all.splice(from, 1);
      all.splice(from + by, 0, moved);
    });
    editor.settle();
    // The button may have become idle at the end of the list.
    const wanted = by < 0 ? up : down;
    (wanted.disabled ? (by < 0 ? down : up) : wanted).focus();
    wanted.scrollIntoView({ block: "nearest" });
  };
  const takeOut = () => {
    if (remove) {
      remove(store.find(key));
      return;
    }
    takeOutPiece(editor, { label: `delete ${lower(called())}`, list, key, from: bin });
  };
  const up = iconButton("arrow-up", "", () => move(-1));
  const down = iconButton("arrow-down", "", () => move(1));
  const double = copy
    ? iconButton("copy", "", () => {
        const made = copy(store.find(key));
        store.change(`copy ${lower(called())}`, () => list().splice(place() + 1, 0, made));
        editor.settle();
        editor.show(made._key);
      })
    : null;
  const bin = iconButton("bin", "", takeOut);
  const named = [
    [up, "Move up"],
    [down, "Move down"],
    [double, "Copy"],
    [bin, "Delete"],
  ];
  const controls = h(
    "div",
    { class: "tree-editor__controls" },
    named.map(([each]) => each),
  );
  return editor.view.watch(controls, () => {
    for (const [each, verb] of named) {
      if (each === null) continue;
      const words = `${verb}: ${called()}`;
      if (each.title === words) continue;
      each.title = words;
      each.setAttribute("aria-label", words);
    }
    up.disabled = place() <= 0;
    down.disabled = place() === list().length - 1;
  });
}

/**
 * Take a piece out of its list, and leave the focus where one goes on.
 *
 * @param {Editor} editor
 * @param {{label: string, list: () => object[], key: string, from: HTMLElement}} what
 */
export function takeOutPiece(editor, { label, list, key, from }) {
  const item = from.closest("[data-piece], .tree-editor__line");
  const near = item.nextElementSibling ?? item.previousElementSibling;
  const home = item.parentElement.parentElement;
  editor.store.change(label, () => {
    const all = list();
    all.splice(
      all.findIndex((each) => each._key === key),
      1,
    );
  });
  editor.settle();
  const usable = "button:not(:disabled, [hidden]), input, textarea, select";
  (near?.querySelector(usable) ?? home.querySelector(usable))?.focus();
}

function lower(words) {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/**
 * Citations, chosen by searching passages.
 *
 * @param {Editor} editor
 * @param {Field} field
 */
export function citationsField(editor, field) {
  const chooser = h("portal-citations", { label: field.label });
  const same = (one, other) => JSON.stringify(one ?? []) === JSON.stringify(other ?? []);
  chooser.addEventListener("change", (event) => {
    if (event.target !== chooser || same(chooser.value, held(editor, field, []))) return;
    write(editor, field, [...chooser.value]);
  });
  customElements.whenDefined("portal-citations").then(() => {
    editor.view.watch(chooser, () => {
      if (!same(chooser.value, held(editor, field, []))) chooser.value = [...held(editor, field, [])];
    });
  });
  const label = h("div", { class: "w-field__label" }, field.label);
  const help = field.help ? h("div", { class: "w-field__help" }, h("div", { class: "help" }, field.help)) : null;
  return h("div", { class: "w-field__wrapper", "data-field": field.name }, label, help, chooser);
}

/**
 * A note that follows what the check found, with an icon and in words.
 *
 * @param {string} status "critical" or "info" or "success"
 * @param {...(Node|string)} words
 */
export function note(status, ...words) {
  const name = { critical: "warning", info: "help", success: "success" }[status];
  return h("div", { class: `help-block help-${status} tree-editor__note` }, icon(name), h("div", {}, words));
}
