/**
 * Ids of nodes and options: proposed from the words while those are first written, kept for good once published.
 */

import { h } from "./dom.js";
import { withLabel } from "./fields.js";
import { idProblem, proposeId } from "./ids.js";
import { statementsOf } from "./statements.js";
import { LISTS, listOf, optionsOf, rename, renameOption, takenIds } from "./tree.js";

/** @typedef {import("./editor.js").Editor} Editor */
/** @typedef {import("./vocabulary.js").Vocabulary} Vocabulary */

const PUBLISHED = {
  question: "questions",
  outcome: "outcomes",
  "red-flag": "redFlags",
  "add-on": "addOns",
  case: "cases",
};

/** Ids of this kind that published versions hold: they keep their meaning, also when the node is gone. */
function publishedIds(vocabulary, kind) {
  const { published } = vocabulary;
  const both = kind === "question" || kind === "outcome";
  return both ? [...published.questions, ...published.outcomes] : published[PUBLISHED[kind]];
}

function reservedFor(vocabulary, kind) {
  if (kind === "question") return vocabulary.reservedForQuestions;
  return kind === "option" ? vocabulary.reservedForOptions : [];
}

/** Ids that a node may not take: those of others in the tree, and those that published versions hold. */
export function idsBeside(state, vocabulary, kind, node) {
  return [...takenIds(state, kind, node), ...publishedIds(vocabulary, kind)];
}

/** Ids that an option may not take, likewise. */
export function optionIdsBeside(vocabulary, question, option) {
  const others = optionsOf(question).filter((each) => each !== option);
  return [...others.map(({ id }) => id), ...(vocabulary.published.options[question.id] ?? [])];
}

/**
 * An id for a new node.
 *
 * @param {object} state
 * @param {Vocabulary} vocabulary
 * @param {string} kind
 * @param {string} words
 * @param {object} [node] the node itself, where it is in the tree already
 */
export function idFor(state, vocabulary, kind, words, node) {
  const taken = idsBeside(state, vocabulary, kind, node);
  return proposeId(words, kind, { taken, reserved: reservedFor(vocabulary, kind) });
}

/** An id for a new option of a question. */
export function optionIdFor(vocabulary, question, words, option) {
  const taken = optionIdsBeside(vocabulary, question, option);
  return proposeId(words, "option", { taken, reserved: vocabulary.reservedForOptions });
}

/**
 * Let the ids of new nodes follow their words. Called after every change.
 *
 * @param {object} state
 * @param {Vocabulary} vocabulary
 */
export function nameNewNodes(state, vocabulary) {
  for (const kind of Object.keys(LISTS)) {
    for (const node of listOf(state, kind)) {
      const words = node._auto ? wordsOf(kind, node) : "";
      if (words) rename(state, kind, node, idFor(state, vocabulary, kind, words, node));
    }
  }
  for (const question of state.tree.questions) {
    for (const option of [...question.options, ...question.coded]) {
      const words = option._auto ? option.label.trim() : "";
      if (words) renameOption(state, question, option, optionIdFor(vocabulary, question, words, option));
    }
  }
}

function wordsOf(kind, node) {
  if (kind === "question") return node.text.trim();
  if (kind === "case") return node.story.trim();
  if (kind !== "red-flag") return node.title.trim();
  const [first] = statementsOf(node.when);
  return first ? [first.question, ...first.options].join(" ").replaceAll("-", " ") : "";
}

/**
 * The id, with a way to change it while no published version holds it.
 *
 * @param {Editor} editor
 * @param {string} kind
 * @param {string} key
 */
export function nodeIdField(editor, kind, key) {
  const { store, vocabulary } = editor;
  return idField(editor, key, {
    isPublished: (node) => vocabulary.published[PUBLISHED[kind]].includes(node.id),
    problem: (node, id) =>
      idProblem(id, {
        taken: idsBeside(store.state, vocabulary, kind, node),
        reserved: reservedFor(vocabulary, kind),
      }),
    rename: (state, node, id) => rename(state, kind, node, id),
  });
}

/** The id of an option, likewise. */
export function optionIdField(editor, questionKey, key) {
  const { store, vocabulary } = editor;
  const question = () => store.find(questionKey);
  const published = () => vocabulary.published.options[question()?.id] ?? [];
  return idField(editor, key, {
    isPublished: (option) => published().includes(option.id),
    problem: (option, id) =>
      idProblem(id, {
        taken: optionIdsBeside(vocabulary, question(), option),
        reserved: vocabulary.reservedForOptions,
      }),
    rename: (state, option, id) => renameOption(state, question(), option, id),
  });
}

function idField(editor, key, { isPublished, problem, rename: give }) {
  const { store, view } = editor;
  const id = () => store.find(key)?.id ?? "";
  const box = h("div", { class: "tree-editor__id", "data-field": "id" });
  view.swap(
    box,
    () => Boolean(store.find(key) && isPublished(store.find(key))),
    () => {
      const code = () => view.text(h("code", {}), id);
      if (store.find(key) === undefined) return [];
      if (isPublished(store.find(key))) {
        return h("p", { title: "A published version holds it." }, "Id: ", code(), " (kept for good)");
      }
      const error = h("p", { class: "error-message tree-editor__error", role: "alert" });
      const input = h("input", {
        type: "text",
        autocomplete: "off",
        spellcheck: "false",
        onchange: () => {
          const wanted = input.value.trim();
          const wrong = wanted === id() ? "" : problem(store.find(key), wanted);
          error.textContent = wrong;
          input.setAttribute("aria-invalid", String(wrong !== ""));
          if (wrong || wanted === id()) return;
          store.change("change id", (state) => {
            const node = store.find(key);
            node._auto = false;
            give(state, node, wanted);
          });
        },
      });
      view.watch(input, () => {
        if (document.activeElement !== input && !error.textContent) input.value = id();
      });
      const help =
        "Its name in addresses and in what is stored. A question without a short name is called so in rules and " +
        "results: “breath reading is above 0.35 mg/L”. " +
        "It can be changed until it is first published, and everything that names it follows.";
      const field = withLabel({ label: "Id", help, name: "id" }, input);
      field.append(error);
      return h("details", {}, h("summary", {}, "Id: ", code()), field);
    },
  );
  return box;
}

/**
 * The words that name a new node have been written: its id stays from now on.
 *
 * @param {Editor} editor
 * @param {string} key
 */
export function settleName(editor, key) {
  const node = editor.store.find(key);
  if (node?._auto && (node.text || node.title || node.label || node.story)) node._auto = false;
}
