/**
 * The form of an outcome: what to do, how urgently, on what basis.
 */

import { rekeyed } from "./keys.js";
import { button, h } from "./dom.js";
import { chosenField, citationsField, linesField, pieceControls, selectField, textField } from "./fields.js";
import { idFor, nodeIdField, settleName } from "./naming.js";
import { leadsHere, nodeList } from "./node_panel.js";
import { splitOutcome } from "./splitting.js";
import { newLine, newOutcome, newPlannedTree, newStatementOfBasis } from "./state.js";
import { titleOf } from "./tree.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} editor */
export function outcomesSection(editor) {
  const { store, vocabulary } = editor;
  return nodeList(editor, {
    kind: "outcome",
    add: "Add outcome",
    empty: "No outcomes yet.",
    make: () => newOutcome(idFor(store.state, vocabulary, "outcome", "")),
    form: (key) => outcomeForm(editor, key),
  });
}

function outcomeForm(editor, key) {
  const { vocabulary } = editor;
  const text = (name, label, more = {}) => textField(editor, { key, name, label, ...more });
  const choice = (name, label, choices, more = {}) =>
    selectField(editor, { key, name, label, choices, blank: "Choose…", required: true, ...more });
  const lines = (name, label, each, add, help) =>
    linesField(editor, { key, name, label, each, add, help, make: newLine });
  const chosen = (name, label, add, choices) => chosenField(editor, { key, name, label, add, choices });
  return [
    text("title", "Title", { required: true, onchange: () => settleName(editor, key) }),
    text("do_now", "The one thing to do now", {
      required: true,
      rows: 1,
      help: "One sentence, the first that is read.",
    }),
    columns(
      choice("urgency", "Urgency", vocabulary.urgencies),
      choice("urgency_from", "Where the urgency comes from", vocabulary.urgencyFrom),
    ),
    columns(
      text("care_level", "Care level", {
        required: true,
        numeric: true,
        help: "A whole number. Higher is more careful.",
      }),
      text("care_reason", "Why it stands at that level", { required: true, rows: 1 }),
    ),
    careLevels(editor),
    heading("What to do, in order"),
    statements(editor, key, "actions", "Action", "Add action"),
    heading("What not to do"),
    statements(editor, key, "cautions", "Caution", "Add caution"),
    heading("Who and what"),
    text("who_decides", "Who decides", { required: true, rows: 1 }),
    lines("record", "What to record", "Record", "Add line"),
    heading("Why this outcome"),
    text("because", "Why, in words", { required: true, rows: 2 }),
    choice("basis", "Basis of the outcome as a whole", vocabulary.bases, {
      help: "The weakest thing that the outcome as a whole rests on.",
    }),
    citationsField(editor, { key, name: "citations", label: "Citations of the outcome" }),
    lines("gaps", "What the documents do not say", "Gap", "Add gap"),
    lines("signposts", "Where to look instead", "Signpost", "Add signpost"),
    chosen("conflicts", "Disagreements shown to the reader", "Choose a disagreement…", vocabulary.tensions),
    heading("Where to go next"),
    chosen("next_trees", "Trees", "Choose a tree…", vocabulary.trees),
    plannedTrees(editor, key),
    chosen("next_pages", "Guidance pages", "Choose a page…", vocabulary.pages),
    heading("More about this outcome"),
    leadsHere(editor, key),
    h(
      "div",
      { class: "tree-editor__row" },
      button("Split the outcome in two", () => splitOutcome(editor, key), { icon: "cut" }),
    ),
    nodeIdField(editor, "outcome", key),
  ];
}

/** The levels of all outcomes: one says something only beside the others. */
function careLevels(editor) {
  const { store, view } = editor;
  const sorted = () => [...store.tree.outcomes].sort((one, other) => Number(other.care_level) - Number(one.care_level));
  const shown = () => sorted().map((outcome) => [outcome.care_level || "?", titleOf("outcome", outcome)]);
  const list = h("ul", { class: "tree-editor__list" });
  view.swap(list, shown, () => shown().map(([level, title]) => h("li", {}, `${level}: ${title}`)));
  return h("details", { class: "tree-editor__levels" }, h("summary", {}, "Care levels of all outcomes"), list);
}

function heading(words) {
  return h("h4", { class: "tree-editor__heading" }, words);
}

function columns(...fields) {
  return h("div", { class: "tree-editor__columns" }, fields);
}

function statements(editor, key, name, noun, add) {
  return pieces(editor, key, name, noun, add, newStatementOfBasis, (pieceKey) => [
    textField(editor, { key: pieceKey, name: "text", label: "Text", required: true, rows: 2 }),
    selectField(editor, {
      key: pieceKey,
      name: "basis",
      label: "Basis",
      required: true,
      blank: "Choose…",
      choices: editor.vocabulary.bases,
    }),
    citationsField(editor, { key: pieceKey, name: "citations", label: "Citations" }),
  ]);
}

function plannedTrees(editor, key) {
  const help = "The reader is sent to the cited section, and told that the tree is not written yet.";
  const list = pieces(
    editor,
    key,
    "planned_trees",
    "Tree not written yet",
    "Add tree not written yet",
    newPlannedTree,
    (pieceKey) => [
      textField(editor, { key: pieceKey, name: "title", label: "Title", required: true }),
      citationsField(editor, { key: pieceKey, name: "citations", label: "Citations" }),
    ],
  );
  return h(
    "div",
    { class: "w-field__wrapper" },
    h("h5", { class: "tree-editor__subheading" }, "Trees not written yet"),
    h("div", { class: "help" }, help),
    list,
  );
}

/** Pieces of a node in order, each with its own fields. */
function pieces(editor, ownerKey, name, noun, add, make, form) {
  const { store, view } = editor;
  const all = () => store.find(ownerKey)?.[name] ?? [];
  const list = h("div", { class: "tree-editor__pieces" });
  view.list(
    list,
    all,
    (piece) => piece._key,
    (key) => {
      const called = () => `${noun} ${all().findIndex((each) => each._key === key) + 1}`;
      const element = h(
        "div",
        { class: "tree-editor__piece", "data-piece": key, role: "group" },
        h(
          "div",
          { class: "tree-editor__piece-head" },
          view.text(h("h5", { class: "tree-editor__piece-title" }, ""), called),
          pieceControls(editor, { key, called, list: all, copy: rekeyed }),
        ),
        form(key),
      );
      return view.watch(element, () => element.setAttribute("aria-label", called()));
    },
  );
  const another = button(
    add,
    () => {
      store.change(add.toLowerCase(), () => all().push(make()));
      editor.settle();
      list.lastElementChild.querySelector("textarea, input").focus();
    },
    { icon: "plus" },
  );
  return h("div", { "data-field": name }, list, another);
}
