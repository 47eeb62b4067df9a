/**
 * The tree being edited: one state, changed in one place, with every step back and forth, written into the page's own
 * hidden fields after each change so that saving, autosave and preview see it.
 */

import { readState, writeCases, writeDocument } from "./state.js";

const STEPS_KEPT = 100;
/** Typing into one field within this time is one step. */
const ONE_STEP_MS = 2000;

/**
 * @typedef {object} Step
 * @property {string} label
 * @property {string} before The state as JSON.
 * @property {string} place The part of the editor in which it was made.
 */

export class Store {
  #state;

  /** @type {Map<string, object>|null} */
  #byKey = null;

  /** @type {Step[]} */
  #done = [];

  /** @type {Step[]} */
  #undone = [];

  #listeners = new Set();

  #merging = { name: "", until: 0 };

  #fields;

  #untouched;

  #place;

  #afterEdit;

  /**
   * @param {{document: HTMLInputElement, cases: HTMLInputElement}} fields
   * @param {{place: () => string, afterEdit: (state: object) => void}} hooks `place`: which part of the editor is
   *   shown; `afterEdit`: what follows from every edit
   */
  constructor(fields, { place, afterEdit }) {
    this.#fields = fields;
    this.#place = place;
    this.#afterEdit = afterEdit;
    this.#state = readState(parsed(fields.document.value, {}), parsed(fields.cases.value, []));
    // What was stored is kept as it was written, until something differs.
    this.#untouched = { document: fields.document.value, cases: fields.cases.value, as: this.#written() };
  }

  get state() {
    return this.#state;
  }

  get tree() {
    return this.#state.tree;
  }

  get cases() {
    return this.#state.cases;
  }

  /** The step that would be taken back, or again; undefined where there is none. */
  get lastDone() {
    return this.#done.at(-1)?.label;
  }

  get lastUndone() {
    return this.#undone.at(-1)?.label;
  }

  /**
   * The piece with a key, as it is now; undefined once it is gone.
   *
   * @param {string} key
   */
  find(key) {
    if (this.#byKey === null) {
      this.#byKey = new Map();
      collect(this.#state, this.#byKey);
    }
    return this.#byKey.get(key);
  }

  /**
   * Change the state.
   *
   * @param {string} label what the step is called when it is taken back: "Add question"
   * @param {(state: object) => void} edit
   * @param {{merge?: string}} [options] `merge` names the field that is typed in
   */
  change(label, edit, { merge = "" } = {}) {
    const now = Date.now();
    const goesOn = merge !== "" && merge === this.#merging.name && now < this.#merging.until;
    if (!goesOn) {
      this.#done.push(this.#step(label));
      if (this.#done.length > STEPS_KEPT) this.#done.shift();
    }
    this.#merging = { name: merge, until: now + ONE_STEP_MS };
    this.#undone = [];
    edit(this.#state);
    this.#byKey = null;
    this.#afterEdit(this.#state);
    this.#changed({ isTyped: merge !== "" });
  }

  /** Take the last step back; answers it. */
  undo() {
    return this.#travel(this.#done, this.#undone);
  }

  /** Take the step that was taken back again; answers it. */
  redo() {
    return this.#travel(this.#undone, this.#done);
  }

  /** @param {(change: {isTyped: boolean}) => void} listener called after every change; one of a row that is typed */
  subscribe(listener) {
    this.#listeners.add(listener);
  }

  #travel(from, to) {
    const step = from.pop();
    if (step === undefined) return undefined;
    to.push({ ...this.#step(step.label), place: step.place });
    this.#state = JSON.parse(step.before);
    this.#merging = { name: "", until: 0 };
    this.#changed();
    return step;
  }

  #step(label) {
    return { label, before: JSON.stringify(this.#state), place: this.#place() };
  }

  #written() {
    return { document: JSON.stringify(writeDocument(this.#state)), cases: JSON.stringify(writeCases(this.#state)) };
  }

  #changed({ isTyped = false } = {}) {
    this.#byKey = null;
    const written = this.#written();
    for (const name of ["document", "cases"]) {
      const field = this.#fields[name];
      const value = written[name] === this.#untouched.as[name] ? this.#untouched[name] : written[name];
      if (field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    for (const listener of this.#listeners) listener({ isTyped });
  }
}

function parsed(text, otherwise) {
  try {
    return JSON.parse(text) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function collect(value, found) {
  if (Array.isArray(value)) {
    for (const each of value) collect(each, found);
  } else if (value !== null && typeof value === "object") {
    if (value._key !== undefined) found.set(value._key, value);
    for (const inner of Object.values(value)) collect(inner, found);
  }
}
