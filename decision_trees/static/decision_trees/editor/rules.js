/**
 * The rules after a question: what must hold, and where they lead.
 */

import { conditionBuilder } from "./condition_builder.js";
import { newGroup, newStatement } from "./conditions.js";
import { rekeyed } from "./keys.js";
import { askForWords } from "./dialogs.js";
import { button, h } from "./dom.js";
import { pieceControls, select } from "./fields.js";
import { idFor } from "./naming.js";
import { findingNotes } from "./node_panel.js";
import { splitRule } from "./splitting.js";
import { newOutcome, newQuestion, newRule } from "./state.js";
import { answersOf, isNumeric, outcomeOf, questionOf, titleOf } from "./tree.js";

/** @typedef {import("./editor.js").Editor} Editor */

const KINDS = [
  ["when", "When"],
  ["otherwise", "Otherwise"],
];

/**
 * @param {Editor} editor
 * @param {string} questionKey
 */
export function rulesEditor(editor, questionKey) {
  const { store, view } = editor;
  const question = () => store.find(questionKey);
  const rules = () => question()?.next ?? [];
  const list = h("div", { class: "tree-editor__pieces" });
  view.list(
    list,
    rules,
    (rule) => rule._key,
    (key) => ruleElement(editor, questionKey, key),
  );
  const add = (label, made) => {
    store.change(label, () => rules().push(...made));
    editor.settle();
    if (made.length > 0) editor.show(made[0]._key);
  };
  const addRule = () => add("add rule", [newRule("", newGroup([newStatement(question())]))]);
  const addOtherwise = () => add("add “otherwise”", [newRule("")]);
  const addEach = () => add("add a rule for each answer", rulesForAnswers(question()));
  const otherwise = button("Add “otherwise”", addOtherwise, { icon: "plus" });
  const each = button("Add a rule for each answer", addEach, { icon: "plus" });
  view.watch(otherwise, () => {
    otherwise.hidden = rules().some((rule) => rule.otherwise);
  });
  view.watch(each, () => {
    each.hidden = !question() || isNumeric(question()) || question().kind === "several-of" || rules().length > 0;
  });
  const none = h("p", { class: "tree-editor__none" }, "No rule leads on from here yet.");
  view.watch(none, () => {
    none.hidden = rules().length > 0;
  });
  return h(
    "div",
    { "data-field": "next" },
    none,
    list,
    h("div", { class: "tree-editor__row" }, button("Add rule", addRule, { icon: "plus" }), otherwise, each),
  );
}

/** One rule for each answer of a question, leading nowhere yet. */
function rulesForAnswers(question) {
  return answersOf(question).map(({ id }) => newRule("", newGroup([{ ...newStatement(question), options: [id] }])));
}

function ruleElement(editor, questionKey, key) {
  const { store, view } = editor;
  const question = () => store.find(questionKey);
  const rule = () => store.find(key);
  const rules = () => question()?.next ?? [];
  const place = () => rules().findIndex((each) => each._key === key);
  const called = () => `Rule ${place() + 1}`;
  const kind = select(editor, {
    label: "When the rule holds",
    options: () => [...KINDS],
    value: () => (rule()?.otherwise ? "otherwise" : "when"),
    pick: (value) => store.change("edit rule", () => (rule().otherwise = value === "otherwise")),
  });
  const condition = h("div", {});
  view.swap(
    condition,
    () => Boolean(rule()?.otherwise),
    () =>
      rule() === undefined || rule().otherwise ? [] : conditionBuilder(editor, { key, at: question, lead: "When" }),
  );
  const found = () =>
    question() ? editor.check.findingsOf("question", question().id).filter((finding) => finding.rule === place()) : [];
  const split = button("Split", () => splitRule(editor, questionKey, key), { icon: "cut" });
  view.watch(split, () => split.setAttribute("aria-label", `Split: ${called()}`));
  const element = h(
    "div",
    { class: "tree-editor__piece", "data-piece": key, role: "group" },
    h(
      "div",
      { class: "tree-editor__piece-head" },
      view.text(h("h4", { class: "tree-editor__piece-title" }), called),
      h("div", { class: "tree-editor__kind" }, kind),
      split,
      pieceControls(editor, { key, called, list: rules, copy: rekeyed }),
    ),
    findingNotes(editor, found),
    condition,
    targetPicker(editor, {
      label: "Go to",
      value: () => rule()?.go ?? "",
      write: (id) => (rule().go = id),
      from: question,
    }),
  );
  return view.watch(element, () => element.setAttribute("aria-label", called()));
}

/**
 * A list of questions and outcomes to lead to, with buttons that make a new one and that open the one chosen.
 *
 * @param {Editor} editor
 * @param {{label: string, value: () => string, write: (id: string) => void, from?: () => object|undefined,
 *   outcomesOnly?: boolean}} target `from`: the question one comes from, which is no target of its own
 */
export function targetPicker(editor, { label, value, write, from, outcomesOnly = false }) {
  const { store, view } = editor;
  const entry = (kind) => (node) => [node.id, titleOf(kind, node)];
  const questions = () => store.tree.questions.filter((question) => question.id !== from?.()?.id);
  const list = select(editor, {
    label,
    options: () => {
      const outcomes = store.tree.outcomes.map(entry("outcome"));
      const blank = ["", "Choose where it leads…"];
      if (outcomesOnly) return [blank, ...outcomes];
      return [
        blank,
        { group: "Questions", options: questions().map(entry("question")) },
        { group: "Outcomes", options: outcomes },
      ];
    },
    value,
    pick: (id) => store.change(`edit “${label}”`, () => write(id)),
  });
  const open = button(
    "Open",
    () => editor.show((questionOf(store.tree, value()) ?? outcomeOf(store.tree, value()))._key),
    {
      name: "Open where it leads",
    },
  );
  view.watch(open, () => {
    open.disabled = !questionOf(store.tree, value()) && !outcomeOf(store.tree, value());
  });
  const make = (kind) => () => askForNode(editor, kind, write);
  return h(
    "div",
    { class: "tree-editor__target" },
    h("span", { class: "tree-editor__target-label", "aria-hidden": "true" }, label),
    h("div", { class: "tree-editor__target-choice" }, list, open),
    h(
      "div",
      { class: "tree-editor__row" },
      outcomesOnly ? null : button("New question", make("question"), { icon: "plus" }),
      button("New outcome", make("outcome"), { icon: "plus" }),
    ),
  );
}

/** Ask for the words of a new node, make it, and lead to it. */
function askForNode(editor, kind, write) {
  const { store, vocabulary } = editor;
  const isQuestion = kind === "question";
  askForWords(editor, {
    title: isQuestion ? "New question" : "New outcome",
    label: isQuestion ? "Question" : "Title",
    action: isQuestion ? "Add question" : "Add outcome",
    kinds: isQuestion ? vocabulary.kinds : undefined,
    run: (words, questionKind) => {
      const id = idFor(store.state, vocabulary, kind, words);
      const node = isQuestion ? newQuestion(id, words, questionKind) : newOutcome(id, words);
      node._auto = false;
      editor.begin(node._key);
      // Making it and leading to it are one step.
      store.change(isQuestion ? "add question" : "add outcome", (state) => {
        state.tree[isQuestion ? "questions" : "outcomes"].push(node);
        write(id);
      });
    },
  });
}
