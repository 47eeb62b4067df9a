/**
 * Asking the server what is wrong with the tree as it stands: after each pause in typing, one request at a time, and
 * once the findings are there, for its map. A check that fails takes nothing away: it says so and is tried again.
 */

const PAUSE_MS = 400;
/** After a check that did not come through, the next is sent by itself. */
const RETRY_MS = 10_000;

/** Fields of the page that are part of the tree. */
const PAGE_FIELDS = ["title", "slug", "situation", "summary", "audience", "at_hand", "words", "gaps", "change_note"];

/**
 * @typedef {object} Finding
 * @property {string} node id
 * @property {string} kind
 * @property {number|null} rule
 * @property {string} anchor where it leads, for `Editor.openAnchor`
 * @property {string} code
 * @property {string} message
 * @property {string} from which check found it
 */

/**
 * @typedef {object} Answer
 * @property {boolean} sound
 * @property {number} combinations
 * @property {boolean} readable
 * @property {Finding[]} findings
 * @property {Object<string, {passed: boolean, differences: string[]}>} cases
 * @property {Array<{reason: string, node: string, case: object, fills: string[]}>} proposals `fills`: the messages of
 *   the findings that the case would answer
 * @property {object|null} changes
 */

/** The server does not know any more who is writing. */
class LoggedOut extends Error {}

export class Check {
  /** @type {"waiting"|"checking"|"done"|"failed"|"logged-out"} */
  state = "waiting";

  /** @type {Answer|null} What the last check that came through found. */
  answer = null;

  /** The map as it was drawn last, as SVG; empty where there is nothing to draw. */
  map = "";

  /** @type {"drawn"|"drawing"|"failed"} */
  mapState = "drawing";

  /** The fields of the page as they were sent last. */
  #sent = "";

  /** The tree of which the map was drawn last. */
  #mapped = null;

  #listeners = new Set();

  #timer = 0;

  /** @type {AbortController|null} */
  #running = null;

  #form;

  #vocabulary;

  #fields;

  /**
   * @param {{form: HTMLFormElement, fields: {document: HTMLInputElement, cases: HTMLInputElement},
   *   vocabulary: import("./vocabulary.js").Vocabulary}} page
   */
  constructor({ form, fields, vocabulary }) {
    this.#form = form;
    this.#fields = fields;
    this.#vocabulary = vocabulary;
  }

  /** @param {() => void} listener called when a check or a drawing begins, ends or fails */
  subscribe(listener) {
    this.#listeners.add(listener);
  }

  /** Check once the editor pauses. */
  soon() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#become("checking");
    this.#timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  /** Check once the editor pauses, where a field of the page differs from what was checked last. */
  soonIfPageDiffers() {
    if (JSON.stringify(this.#pageFields()) !== this.#sent) this.soon();
  }

  /** Check at once. */
  async now() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    this.#become("checking");
    this.#sent = JSON.stringify(this.#pageFields());
    try {
      this.answer = await this.#ask(this.#vocabulary.checkUrl, running.signal);
      this.#become("done");
      await this.#draw(running.signal);
    } catch (error) {
      if (running.signal.aborted) return;
      this.#become(error instanceof LoggedOut ? "logged-out" : "failed");
      this.#timer = setTimeout(() => this.now(), RETRY_MS);
    }
  }

  /** The map takes longer than the findings, which never wait for it. What it shows stays until there is a newer one. */
  async #draw(signal) {
    const tree = this.#fields.document.value;
    if (tree === this.#mapped) return;
    this.#drawingIs("drawing");
    try {
      this.map = (await this.#ask(this.#vocabulary.mapUrl, signal)).map;
      this.#mapped = tree;
      this.#drawingIs("drawn");
    } catch {
      if (!signal.aborted) this.#drawingIs("failed");
    }
  }

  /**
   * Try small wrong edits, and see which of them the cases would not catch. Raises where the server does not answer.
   *
   * @returns {Promise<{score: number, total: number, survivors: object[], proposals: object[]}>}
   */
  mutations() {
    return this.#ask(this.#vocabulary.mutationsUrl);
  }

  /**
   * @param {string} kind
   * @param {string} id
   * @returns {Finding[]}
   */
  findingsOf(kind, id) {
    return (this.answer?.findings ?? []).filter((finding) => finding.kind === kind && finding.node === id);
  }

  /** How many findings there are of a kind. */
  count(kind) {
    return (this.answer?.findings ?? []).filter((finding) => finding.kind === kind).length;
  }

  async #ask(address, signal) {
    const response = await fetch(`${address}${this.#page()}/`, {
      method: "POST",
      signal,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": this.#value("csrfmiddlewaretoken"),
        "X-Requested-With": "XMLHttpRequest",
      },
      body: JSON.stringify({
        document: JSON.parse(this.#fields.document.value || "{}"),
        cases: JSON.parse(this.#fields.cases.value || "[]"),
        page: this.#pageFields(),
      }),
    });
    if (response.status === 403) throw new LoggedOut();
    if (!response.ok) throw new Error(`The check answered ${response.status}.`);
    return response.json();
  }

  /** The number of the page: one that is new gets its own when it is first saved, and the form then posts to it. */
  #page() {
    const saved = /\/pages\/([0-9]+)\/edit\//.exec(this.#form.getAttribute("action") ?? "");
    return saved ? saved[1] : this.#vocabulary.page;
  }

  #pageFields() {
    return Object.fromEntries(PAGE_FIELDS.map((name) => [name, this.#value(name)]));
  }

  #value(name) {
    return this.#form.elements.namedItem(name)?.value ?? "";
  }

  #become(state) {
    this.state = state;
    this.#tell();
  }

  #drawingIs(state) {
    this.mapState = state;
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
