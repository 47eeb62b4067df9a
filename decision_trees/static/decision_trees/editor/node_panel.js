/**
 * A node of the tree as one of Wagtail's collapsible panels. Its form is made when it is first opened.
 */

import { copyOfNode } from "./copies.js";
import { confirmDeletion } from "./dialogs.js";
import { button, counted, elementId, h, icon } from "./dom.js";
import { note, pieceControls, takeOutPiece } from "./fields.js";
import { leadingTo, listOf, readersOf, referencesTo } from "./tree.js";

/** @typedef {import("./editor.js").Editor} Editor */

const NOUNS = {
  question: "question",
  outcome: "outcome",
  "red-flag": "red flag",
  "add-on": "added advice",
  case: "case",
};

/**
 * All nodes of a kind, one panel each, and a button that makes another.
 *
 * @param {Editor} editor
 * @param {{kind: string, add: string, empty: string, make: () => object, form: (key: string) => Node[],
 *   aside?: (key: string) => HTMLElement, alsoOnAdd?: (state: object, node: object) => void}} list `aside` stands beside
 *   the title; `alsoOnAdd` is part of the same step
 */
export function nodeList(editor, { kind, add, empty, make, form, aside, alsoOnAdd = () => {} }) {
  const { store, view } = editor;
  const nodes = () => listOf(store.state, kind);
  const none = h("p", { class: "tree-editor__none" }, empty);
  view.watch(none, () => {
    none.hidden = nodes().length > 0;
  });
  const list = h("div", {});
  view.list(
    list,
    nodes,
    (node) => node._key,
    (key) => nodePanel(editor, { kind, key, form, aside }),
  );
  const another = button(
    add,
    () => {
      const node = make();
      editor.begin(node._key);
      store.change(add.toLowerCase(), (state) => {
        nodes().push(node);
        alsoOnAdd(state, node);
      });
      editor.settle();
      editor.show(node._key);
    },
    { icon: "plus" },
  );
  const close = button("Close all", () => {
    for (const { _key: key } of nodes()) editor.panels.get(key)?.close();
  });
  const head = h("div", { class: "tree-editor__list-head" }, close);
  view.watch(head, () => {
    head.hidden = nodes().length < 2;
  });
  return h("div", {}, head, none, list, another);
}

function nodePanel(editor, { kind, key, form, aside }) {
  const { store, view } = editor;
  const node = () => store.find(key);
  const title = () => (node() ? editor.titleOf(kind, node()) : "");
  const headingId = elementId();
  const contentId = elementId();
  const content = h("div", {
    class: "w-panel__content",
    id: contentId,
    hidden: true,
    onfocusin: () => editor.mark(key),
  });
  let built = false;
  const setOpen = (open) => {
    if (open && !built) {
      content.append(nodeFindings(editor, kind, key), ...form(key));
      built = true;
    }
    content.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) editor.mark(key);
    else editor.leave(key);
  };
  const toggle = h(
    "button",
    {
      class: "w-panel__toggle",
      type: "button",
      "aria-controls": contentId,
      "aria-expanded": "false",
      onclick: () => setOpen(content.hidden),
    },
    icon("placeholder", "w-panel__icon"),
  );
  view.watch(toggle, () => toggle.setAttribute("aria-label", `${capital(NOUNS[kind])}: ${title()}`));
  const heading = h(
    "h3",
    { class: "w-panel__heading w-panel__heading--label", id: headingId, onclick: () => setOpen(content.hidden) },
    view.text(h("span", {}), title),
  );
  const list = () => listOf(store.state, kind);
  const controls = pieceControls(editor, {
    key,
    called: () => `${NOUNS[kind]} “${title()}”`,
    list,
    copy: (original) => copyOfNode(store.state, editor.vocabulary, kind, original),
    remove: (original) =>
      confirmDeletion(editor, {
        what: `the ${NOUNS[kind]} “${title()}”`,
        references: [...referencesTo(store.state, kind, original.id), ...needing(editor, kind, original.id)],
        run: () => takeOutPiece(editor, { label: `delete ${NOUNS[kind]}`, list, key, from: toggle }),
      }),
  });
  const panel = h(
    "section",
    { class: "w-panel tree-editor__node", "data-piece": key, "aria-labelledby": headingId },
    h(
      "div",
      { class: "w-panel__header" },
      toggle,
      heading,
      findingsBadge(editor, kind, key),
      aside ? aside(key) : null,
      h("div", { class: "w-panel__divider" }),
      h("div", { class: "w-panel__controls" }, controls),
    ),
    content,
  );
  editor.panels.set(key, { element: panel, open: () => setOpen(true), close: () => setOpen(false) });
  return view.watch(panel, () => {
    if (node()) panel.id = anchorOf(kind, node().id);
  });
}

/** The id of a node's panel, to which findings and the map link. One that a finding gives may lead on into the node. */
export function anchorOf(kind, id) {
  return `node-${kind}-${id}`;
}

function findingsBadge(editor, kind, key) {
  const badge = h("span", { class: "tree-editor__badge" });
  const count = () => {
    const node = editor.store.find(key);
    return node ? editor.check.findingsOf(kind, node.id).length : 0;
  };
  editor.view.watch(badge, () => {
    badge.hidden = count() === 0;
  });
  return editor.view.swap(badge, count, () => [icon("warning"), counted(count(), "finding")]);
}

/**
 * What the check found about a node, in words; findings about one of its rules stand at the rule. Of a node that has
 * just been begun it is said only how much there is.
 */
function nodeFindings(editor, kind, key) {
  const found = () => {
    const node = editor.store.find(key);
    return node ? editor.check.findingsOf(kind, node.id).filter(({ rule }) => rule === null) : [];
  };
  const box = h("div", {});
  const quiet = () => (editor.isBegun(key) ? found().length : null);
  return editor.view.swap(box, quiet, () => {
    if (quiet() === null) return findingNotes(editor, found);
    if (quiet() === 0) return [];
    const missing = quiet() === 1 ? "1 thing is still missing" : `${quiet()} things are still missing`;
    return h("p", { class: "tree-editor__none" }, `New: ${missing}.`);
  });
}

/**
 * @param {Editor} editor
 * @param {() => object[]} found
 */
export function findingNotes(editor, found) {
  const box = h("div", { class: "tree-editor__findings-here" });
  return editor.view.swap(box, found, () =>
    found().map(({ from, message }) => {
      const proposed = from === "coverage" ? [" ", editor.linkToMissingCase(message)] : [];
      return note("critical", h("p", {}, h("strong", {}, "Finding: "), message, proposed));
    }),
  );
}

/**
 * What leads to a node, each a link to where it does.
 *
 * @param {Editor} editor
 * @param {string} key of a question or an outcome
 */
export function leadsHere(editor, key) {
  return placesList(editor, key, {
    label: "What leads here",
    places: (id) => leadingTo(editor.store.tree, id),
    none: "Nothing leads here yet.",
  });
}

/**
 * What reads the answer to a question beside its own rules, each a link to where it does.
 *
 * @param {Editor} editor
 * @param {string} key of a question
 */
export function usedIn(editor, key) {
  return placesList(editor, key, {
    label: "Used in",
    places: (id) => readersOf(editor.store.tree, id),
    none: "No other rule, red flag or advice reads its answer.",
  });
}

function placesList(editor, key, { label, places, none }) {
  const { store, view } = editor;
  const found = () => (store.find(key) ? places(store.find(key).id) : []);
  const box = h("div", { class: "tree-editor__leads-here", role: "group", "aria-label": label });
  return view.swap(box, found, () => {
    if (found().length === 0) return h("p", { class: "tree-editor__none" }, none);
    const links = found().map(([from, words]) => {
      if (from === "") return h("li", {}, words);
      const follow = (event) => {
        event.preventDefault();
        editor.show(from);
      };
      return h("li", {}, h("a", { href: `#${editor.root.id}`, onclick: follow }, words));
    });
    return [h("div", { class: "w-field__label" }, label), h("ul", { class: "tree-editor__list" }, links)];
  });
}

/** What outside the tree cannot do without a case, in words. */
function needing({ vocabulary }, kind, id) {
  const needed = kind === "case" ? vocabulary.casesNeeded.filter(([each]) => each === id) : [];
  return needed.map(([, words]) => `${words} needs it. Without it the tree is not published.`);
}

function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
