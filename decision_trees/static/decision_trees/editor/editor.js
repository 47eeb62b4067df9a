/**
 * The tree editor: puts its parts together inside the page's form. Each part knows the others only through `Editor`.
 */

import { addedAdviceSection, redFlagsSection } from "./advice.js";
import { caseInShort } from "./case_words.js";
import { casesSection } from "./cases.js";
import { changesSection } from "./changes.js";
import { Check } from "./check.js";
import { phraseOf } from "./conditions.js";
import { arriveAt, button, counted, h, icon, spoken } from "./dom.js";
import { findingsBrief, findingsPane } from "./findings.js";
import { mapPane } from "./map.js";
import { nameNewNodes } from "./naming.js";
import { anchorOf } from "./node_panel.js";
import { outcomesSection } from "./outcomes.js";
import { questionsSection } from "./questions.js";
import { Store } from "./store.js";
import { LISTS, listOf, titleOf } from "./tree.js";
import { View } from "./view.js";
import { wholeTreeSection } from "./whole_tree.js";

const SECTIONS = [
  { name: "tree", title: "Whole tree", make: wholeTreeSection },
  { name: "question", title: "Questions", make: questionsSection },
  { name: "red-flag", title: "Red flags", make: redFlagsSection },
  { name: "add-on", title: "Added advice", make: addedAdviceSection },
  { name: "outcome", title: "Outcomes", make: outcomesSection },
  { name: "case", title: "Cases", make: casesSection },
  { name: "changes", title: "What changes", make: changesSection },
];

/** The anchor of what the cases leave out. */
const MISSING_CASES = "node-case";

/** After the last key of a row, the rest of the page follows. */
const TYPING_MS = 150;

const HISTORY_KEYS = { z: "undo", y: "redo" };

export class Editor {
  view = new View();

  /**
   * Where each node's panel is, by the key of the node.
   *
   * @type {Map<string, {element: HTMLElement, open: () => void}>}
   */
  panels = new Map();

  /** The key of the node that was opened or written in last. */
  #shown = "";

  /**
   * Nodes that were added in this visit, by key, and whether one has been in their form.
   *
   * @type {Map<string, boolean>}
   */
  #unfinished = new Map();

  #section = "";

  /** @type {Map<string, HTMLElement>} */
  #sections = new Map();

  #main = h("div", { class: "tree-editor__main" });

  #said = h("div", { class: "w-sr-only", role: "status", "aria-live": "polite" });

  #whenMarked = new Set();

  #isSettling = false;

  #typing = 0;

  /** The buttons that take steps back and again. @type {Object<string, HTMLButtonElement>} */
  #historyButtons = {};

  /**
   * @param {HTMLElement} root
   * @param {{document: HTMLInputElement, cases: HTMLInputElement}} fields
   * @param {import("./vocabulary.js").Vocabulary} vocabulary
   */
  constructor(root, fields, vocabulary) {
    this.root = root;
    this.vocabulary = vocabulary;
    this.store = new Store(fields, {
      place: () => this.#section,
      afterEdit: (state) => nameNewNodes(state, vocabulary),
    });
    this.form = fields.document.form;
    this.check = new Check({ form: this.form, fields, vocabulary });
  }

  /** Put everything in place, and check the tree. */
  start() {
    const aside = h("div", { class: "tree-editor__aside" }, findingsPane(this), mapPane(this));
    const columns = h("div", { class: "tree-editor__layout" }, this.#main, aside);
    this.root.replaceChildren(this.#bar(), findingsBrief(this), columns, this.#said);
    this.#tellWagtailOfEarlyEdits();
    this.store.subscribe(({ isTyped }) => {
      if (isTyped) this.#settleAfterTyping();
      else this.#settleSoon();
      this.check.soon();
    });
    this.check.subscribe(() => this.#settleSoon());
    this.#checkWhatIsWrittenBeside();
    document.addEventListener("focusin", ({ target }) => this.#leaveAllBut(target));
    this.root.addEventListener("keydown", (event) => this.#keyPressed(event));
    this.#openSection(this.store.tree.questions.length > 0 ? "question" : "tree");
    addEventListener("hashchange", () => this.openAnchor(location.hash.slice(1)));
    document.addEventListener("click", (event) => this.#followAgain(event));
    const anchor = location.hash.slice(1);
    // Before the page is whole, Wagtail's tabs are plain links, and following one takes the focus away again.
    if (anchor.startsWith("node-")) addEventListener("load", () => this.openAnchor(anchor), { once: true });
    this.check.now();
  }

  /** Bring everything in the page up to date at once, for those who go on to use what was just made. */
  settle() {
    this.view.refresh();
  }

  /**
   * Open the form of a node, or of the node that a piece belongs to, and go there.
   *
   * @param {string} key of the node or the piece
   * @param {string} [field] of it to go to
   */
  show(key, field = "") {
    const found = this.#ownerOf(key);
    if (found === null) return;
    const { kind, node } = found;
    reveal(this.root, () => {
      this.#openSection(kind);
      const panel = this.panels.get(node._key);
      panel.open();
      const piece = key === node._key ? null : panel.element.querySelector(`[data-piece="${key}"]`);
      const wanted = field && (piece ?? panel.element).querySelector(`[data-field="${CSS.escape(field)}"]`);
      arriveAt(wanted ? firstFieldIn(wanted) : (piece ?? firstFieldIn(panel.element)));
      if (piece !== null || wanted) return;
      panel.element.scrollIntoView({ block: "start", behavior: "instant" });
      document.activeElement.scrollIntoView({ block: "nearest", behavior: "instant" });
    });
  }

  /**
   * Note that a node has just been added, with nothing in it. Nobody has to be told of that before they could write.
   *
   * @param {string} key
   */
  begin(key) {
    this.#unfinished.set(key, false);
  }

  /**
   * Whether a node has been added in this visit and not been left since.
   *
   * @param {string} key
   */
  isBegun(key) {
    return this.#unfinished.has(key);
  }

  /**
   * Note that one has left the form of a node.
   *
   * @param {string} key
   */
  leave(key) {
    if (this.#unfinished.delete(key)) this.#settleSoon();
  }

  /** The anchor of the node that was opened or written in last: its id may change while it is written. */
  get shown() {
    const owner = this.#ownerOf(this.#shown);
    return owner ? anchorOf(owner.kind, owner.node.id) : "";
  }

  /**
   * Note that one has opened the form of a node, or gone into it.
   *
   * @param {string} key
   */
  mark(key) {
    if (key === this.#shown) return;
    this.#shown = key;
    for (const listener of this.#whenMarked) listener();
  }

  /**
   * Follow a link of the map or of a finding: `node-question-looks`, with a path into the node where it leads to a field
   * or to a rule, such as `node-question-looks/next/1`; or of the page `node-page-change_note`.
   *
   * @param {string} anchor
   */
  openAnchor(anchor) {
    const [owner, list, place, field] = anchor.split("/");
    if (owner === "node-tree") this.#goToSection("tree", list);
    if (owner === MISSING_CASES) this.#showMissingCase();
    if (owner.startsWith("node-page")) this.#goToField(owner.slice("node-page-".length) || "title");
    for (const kind of Object.keys(LISTS)) {
      const node = listOf(this.store.state, kind).find((each) => anchorOf(kind, each.id) === owner);
      const piece = node?.[list]?.[place];
      if (piece) this.show(piece._key, field);
      else if (node) this.show(node._key, list);
      else if (owner.startsWith(anchorOf(kind, ""))) this.#goToSection(kind);
    }
  }

  /** To follow a link a second time does not change the address. */
  #followAgain({ target, defaultPrevented }) {
    const link = target.closest("a[href*='#node-']");
    if (!defaultPrevented && link?.href === location.href) this.openAnchor(location.hash.slice(1));
  }

  /**
   * What a node is called: a red flag, which has no title, by what raises it, and a case by its story or its answers.
   *
   * @param {string} kind
   * @param {object} node
   */
  titleOf(kind, node) {
    if (kind === "case") return caseInShort(node, this.store.tree, this.vocabulary);
    if (kind !== "red-flag") return titleOf(kind, node);
    const words = phraseOf(node.when, this.store.tree, this.vocabulary);
    return words.charAt(0).toUpperCase() + words.slice(1);
  }

  /** @param {() => void} listener called when one has turned to another node */
  onMark(listener) {
    this.#whenMarked.add(listener);
  }

  /**
   * A link to what a finding is about, or to a node.
   *
   * @param {{kind: string, node: string, anchor?: string, from?: string, message?: string, words: string}} finding
   */
  linkTo({ kind, node, anchor, from, message, words }) {
    const target = kind in LISTS ? listOf(this.store.state, kind).find(({ id }) => id === node) : undefined;
    const goal = anchor ?? (kind in LISTS ? anchorOf(kind, node) : "node-tree");
    const follow = (event) => {
      event.preventDefault();
      if (from === "coverage") this.#showMissingCase(message);
      else this.openAnchor(goal);
    };
    const place = target ? this.titleOf(kind, target) : kind === "page" ? "About this tree" : "The whole tree";
    return h("a", { href: `#${goal}`, onclick: follow }, h("strong", {}, place), " – ", words);
  }

  /**
   * A link to the case that is proposed for a finding which says that one is missing.
   *
   * @param {string} message of the finding
   */
  linkToMissingCase(message) {
    const follow = (event) => {
      event.preventDefault();
      this.#showMissingCase(message);
    };
    return h("a", { href: `#${MISSING_CASES}`, onclick: follow }, "See the case that is proposed");
  }

  #bar() {
    const entries = SECTIONS.map(({ name, title }) => {
      const link = h("button", { type: "button", class: "tree-editor__tab", onclick: () => this.#openSection(name) });
      this.view.watch(link, () => {
        if (name === this.#section) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
      const count = () => (name in LISTS ? listOf(this.store.state, name).length : 0);
      const found = () => this.check.count(name);
      return this.view.swap(
        link,
        () => [count(), found()],
        () => [
          title,
          count() > 0 ? h("span", { class: "tree-editor__count" }, String(count())) : null,
          found() > 0 ? findingsMark(found()) : null,
        ],
      );
    });
    return h(
      "div",
      { class: "tree-editor__bar" },
      h("nav", { class: "tree-editor__tabs", "aria-label": "Parts of the tree" }, entries),
      h("div", { class: "tree-editor__history" }, this.#historyButton("undo"), this.#historyButton("redo")),
    );
  }

  #historyButton(direction) {
    const words = direction === "undo" ? "Undo" : "Redo";
    const step = () => (direction === "undo" ? this.store.lastDone : this.store.lastUndone);
    const element = button(words, () => this.#travel(direction));
    this.#historyButtons[direction] = element;
    return this.view.watch(element, () => {
      element.disabled = step() === undefined;
      element.title = step() === undefined ? `Nothing to ${direction}` : `${words}: ${step()}`;
    });
  }

  #travel(direction) {
    const step = this.store[direction]();
    if (step === undefined) return;
    const focused = document.activeElement;
    this.#openSection(step.place);
    this.settle();
    this.#keepFocus(focused);
    this.#said.textContent = `${direction === "undo" ? "Undone" : "Done again"}: ${step.label}.`;
  }

  /** A step may take away what has the focus, or leave its own button nothing to do. The way back is always there. */
  #keepFocus(focused) {
    if (focused.isConnected && !focused.disabled && focused.checkVisibility()) return;
    const { undo, redo } = this.#historyButtons;
    (undo.disabled ? redo : undo).focus();
  }

  #openSection(name) {
    this.#section = name;
    if (!this.#sections.has(name)) {
      const { title, make } = SECTIONS.find((each) => each.name === name);
      const heading = h("h2", { class: "w-sr-only" }, title);
      const section = h("section", { class: "tree-editor__section", "aria-label": title }, heading, make(this));
      this.#sections.set(name, section);
      this.#main.append(section);
    }
    for (const [each, section] of this.#sections) section.hidden = each !== name;
    this.settle();
  }

  #goToSection(name, field = "") {
    reveal(this.root, () => {
      this.#openSection(name);
      const section = this.#sections.get(name);
      arriveAt(firstFieldIn((field && section.querySelector(`[data-field="${CSS.escape(field)}"]`)) || section));
    });
  }

  /** Go to the case that is proposed for a finding, to the first one, or where none is proposed to the cases. */
  #showMissingCase(message) {
    reveal(this.root, () => {
      this.#openSection("case");
      const section = this.#sections.get("case");
      const proposed = [...section.querySelectorAll("[data-fills]")];
      const wanted = proposed.find((each) => JSON.parse(each.dataset.fills).includes(message)) ?? proposed[0];
      arriveAt(wanted?.querySelector("button") ?? firstFieldIn(section));
    });
  }

  /** Go to a field of the page beside the tree. */
  #goToField(name) {
    const field = document.getElementById(`id_${name}`);
    if (field !== null) reveal(field, () => arriveAt(field));
  }

  /** Who goes on elsewhere in the page has left the new nodes they were in. A window that a form opens is part of it. */
  #leaveAllBut(target) {
    if (target.closest("dialog, [role=dialog]")) return;
    for (const [key, wasIn] of this.#unfinished) {
      if (this.panels.get(key)?.element.contains(target)) this.#unfinished.set(key, true);
      else if (wasIn) this.leave(key);
    }
  }

  /** The node that has this key, or that has a piece with this key. */
  #ownerOf(key) {
    for (const kind of Object.keys(LISTS)) {
      for (const node of listOf(this.store.state, kind)) if (holdsKey(node, key)) return { kind, node };
    }
    return null;
  }

  /** Wagtail begins to watch the form two seconds after it is there, and takes what was edited by then for stored. */
  #tellWagtailOfEarlyEdits() {
    const { form } = this;
    let isWatched = false;
    form.addEventListener("w-unsaved:watch-edits", () => {
      isWatched = true;
    });
    this.store.subscribe(() => {
      if (!isWatched) form.setAttribute("data-w-unsaved-force-value", "true");
    });
  }

  /** Other fields of the form are part of the tree. A script may fill one in and tell nobody: turning back here does. */
  #checkWhatIsWrittenBeside() {
    for (const type of ["input", "change"]) this.form.addEventListener(type, () => this.check.soonIfPageDiffers());
    onReveal(this.root, () => this.check.soonIfPageDiffers());
  }

  /** What follows from a word that is being typed waits until nobody types: keys never do. */
  #settleAfterTyping() {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.settle(), TYPING_MS);
  }

  /** Several changes within one event are one refresh. */
  #settleSoon() {
    if (this.#isSettling) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      this.settle();
    });
  }

  #keyPressed(event) {
    const { key, target } = event;
    // In a one-line field, Enter would send the whole page.
    if (key === "Enter" && target.matches("input")) event.preventDefault();
    const direction = HISTORY_KEYS[key.toLowerCase()];
    if (!direction || !(event.ctrlKey || event.metaKey) || event.altKey || target.closest("dialog")) return;
    event.preventDefault();
    this.#travel(event.shiftKey ? "redo" : direction);
  }
}

/**
 * Show the tab of Wagtail's that an element stands in, and go on once it is there: nothing hidden takes the focus.
 *
 * @param {HTMLElement} element
 * @param {() => void} goOn
 */
function reveal(element, goOn) {
  const panel = element.closest("[role=tabpanel]");
  if (!panel?.hidden) {
    goOn();
    return;
  }
  onReveal(element, (watch) => {
    watch.disconnect();
    goOn();
  });
  document.querySelector(`[role=tab][href="#${panel.id}"]`)?.click();
}

/**
 * Call back whenever the tab of Wagtail's that an element stands in is shown.
 *
 * @param {HTMLElement} element
 * @param {(watch: MutationObserver) => void} shown
 */
function onReveal(element, shown) {
  const panel = element.closest("[role=tabpanel]");
  new MutationObserver((_, watch) => {
    if (!panel.hidden) shown(watch);
  }).observe(panel, { attributes: true, attributeFilter: ["hidden"] });
}

/** The first field that can be seen, or the element itself. */
function firstFieldIn(element) {
  const fields = [...element.querySelectorAll("input:not([type=checkbox]), textarea, select")];
  return fields.find((field) => field.checkVisibility()) ?? element;
}

/** The number of findings: beside the name of a part there is no room for more. */
function findingsMark(count) {
  const words = counted(count, "finding");
  return h(
    "span",
    { class: "tree-editor__badge", title: words },
    icon("warning"),
    String(count),
    spoken(words.replace(/^\S+/, "")),
  );
}

function holdsKey(value, key) {
  if (value === null || typeof value !== "object") return false;
  return value._key === key || Object.values(value).some((inner) => holdsKey(inner, key));
}
