/**
 * The form of a question: what is asked, which answers there are, and where they lead.
 */

import { copyOfOption } from "./copies.js";
import { confirmDeletion } from "./dialogs.js";
import { button, h } from "./dom.js";
import {
  checkboxesField,
  citationsField,
  pieceControls,
  select,
  selectField,
  takeOutPiece,
  textField,
  withLabel,
} from "./fields.js";
import { idFor, nodeIdField, optionIdField, optionIdFor, settleName } from "./naming.js";
import { leadsHere, nodeList, usedIn } from "./node_panel.js";
import { rulesEditor } from "./rules.js";
import { splitQuestion } from "./splitting.js";
import { newOption, newQuestion, turnInto } from "./state.js";
import { answersOf, isNumeric, referencesToOption } from "./tree.js";
import { baseUnitOf, unitsOf } from "./units.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} editor */
export function questionsSection(editor) {
  const { store, vocabulary } = editor;
  return nodeList(editor, {
    kind: "question",
    add: "Add question",
    empty: "No questions yet. The first one you add is asked first.",
    make: () => newQuestion(idFor(store.state, vocabulary, "question", "")),
    alsoOnAdd: (state, question) => {
      if (!state.tree.start) state.tree.start = question.id;
    },
    form: (key) => questionForm(editor, key),
  });
}

function questionForm(editor, key) {
  const { view, vocabulary } = editor;
  const question = () => editor.store.find(key);
  const answers = h("div", {});
  view.swap(
    answers,
    () => question()?.kind,
    () => (question() ? answerFields(editor, key) : []),
  );
  const setting = h("div", {});
  view.swap(
    setting,
    () => Boolean(question() && isNumeric(question())),
    () => (question() && isNumeric(question()) ? settingField(editor, key) : []),
  );
  return [
    textField(editor, {
      key,
      name: "text",
      label: "Question",
      required: true,
      onchange: () => settleName(editor, key),
    }),
    selectField(editor, {
      key,
      name: "kind",
      label: "Kind of answer",
      required: true,
      choices: vocabulary.kinds,
      onpick: (kind) => editor.store.change("edit “Kind of answer”", () => turnInto(question(), kind)),
    }),
    textField(editor, {
      key,
      name: "why",
      label: "Why it matters",
      help: "One line, shown under the question.",
      rows: 1,
    }),
    textField(editor, {
      key,
      name: "hint",
      label: "Hint",
      help: "Help with answering it. Leave it empty where none is needed.",
      rows: 1,
    }),
    textField(editor, {
      key,
      name: "name",
      label: "Short name",
      help: "How rules and results call the answer, for example: breath reading. Left empty, it is made from the id.",
    }),
    heading("Answers"),
    answers,
    notKnownFields(editor, key),
    checkboxesField(editor, {
      key,
      name: "careful",
      label: "Answers that are the careful direction",
      help:
        "None of them may lead to a less careful outcome than the other answers do. " +
        "“Not known” is always held to that.",
      choices: () =>
        question()
          ? answersOf(question())
              .filter(({ id }) => id !== "not-known")
              .map(({ id, label }) => [id, label])
          : [],
      none: "No answers yet.",
    }),
    heading("What happens next"),
    selectField(editor, { key, name: "order", label: "How the rules are read", choices: vocabulary.orders }),
    rulesEditor(editor, key),
    heading("More about this question"),
    selectField(editor, { key, name: "asks", label: "What its answer does", choices: vocabulary.asks }),
    setting,
    citationsField(editor, { key, name: "citations", label: "Citations of the question" }),
    leadsHere(editor, key),
    usedIn(editor, key),
    h(
      "div",
      { class: "tree-editor__row" },
      button("Split the question in two", () => splitQuestion(editor, key), { icon: "cut" }),
    ),
    nodeIdField(editor, "question", key),
  ];
}

function heading(words) {
  return h("h4", { class: "tree-editor__heading" }, words);
}

function answerFields(editor, key) {
  const { kind } = editor.store.find(key);
  if (kind === "yes-no") return h("p", { class: "tree-editor__none" }, "Yes and no.");
  if (kind === "number" || kind === "whole-days") return numberFields(editor, key);
  const options = optionsEditor(editor, key, "options", "Option", "Add option");
  if (kind === "one-of") return options;
  const help = "The answer that excludes the others. Leave it empty where it is not offered.";
  return [options, textField(editor, { key, name: "none", label: "Label of “none of these”", help })];
}

function numberFields(editor, key) {
  const { store, vocabulary, view } = editor;
  const question = () => store.find(key);
  const wholeDays = question().kind === "whole-days";
  const units = h("div", {});
  view.swap(
    units,
    () => question()?.quantity,
    () => (wholeDays || !question()?.quantity ? [] : unitFields(editor, key)),
  );
  const quantity = selectField(editor, {
    key,
    name: "quantity",
    label: "Quantity",
    required: true,
    blank: "Choose…",
    choices: vocabulary.quantities,
    onpick: (value) =>
      store.change("edit “Quantity”", () => {
        question().quantity = value;
        question().units = unitsOf(value, vocabulary)
          .slice(0, 1)
          .map(({ id }) => id);
      }),
  });
  const number = (name, label, help) =>
    textField(editor, { key, name, label, help, required: name !== "example", numeric: true });
  return [
    wholeDays ? null : quantity,
    units,
    h(
      "div",
      { class: "tree-editor__columns" },
      number("min", "Lowest"),
      number("max", "Highest"),
      wholeDays ? null : number("step", "Step"),
      number("example", "Example"),
    ),
    h("h5", { class: "tree-editor__subheading" }, "Answers that are no number"),
    optionsEditor(editor, key, "coded", "Answer", "Add answer such as “No limit is set”"),
  ].filter(Boolean);
}

/** Which units are taken, and which one is offered first. */
function unitFields(editor, key) {
  const { store, vocabulary } = editor;
  const question = () => store.find(key);
  const choices = () => unitsOf(question()?.quantity, vocabulary).map(({ id, symbol }) => [id, symbol]);
  if (choices().length < 2) return [];
  const first = select(editor, {
    options: () => choices().filter(([id]) => question()?.units.includes(id)),
    value: () => question()?.units[0] ?? "",
    pick: (id) =>
      store.change("edit “Unit offered first”", () => {
        question().units = [id, ...question().units.filter((each) => each !== id)];
      }),
  });
  return [
    checkboxesField(editor, {
      key,
      name: "units",
      label: "Units taken",
      help: `Lowest, highest and step are in ${baseUnitOf(question().quantity, vocabulary).symbol}, whichever are taken.`,
      choices,
    }),
    withLabel({ label: "Unit offered first", name: "first-unit" }, first),
  ];
}

function optionsEditor(editor, key, name, noun, add) {
  const { store, view, vocabulary } = editor;
  const question = () => store.find(key);
  const options = () => question()?.[name] ?? [];
  const list = h("div", { class: "tree-editor__pieces" });
  view.list(
    list,
    options,
    (option) => option._key,
    (optionKey) => optionElement(editor, key, optionKey, name, noun),
  );
  const another = button(
    add,
    () => {
      store.change("add option", () => options().push(newOption(optionIdFor(vocabulary, question(), ""))));
      editor.settle();
      list.lastElementChild.querySelector("input").focus();
    },
    { icon: "plus" },
  );
  return h("div", { "data-field": name }, list, another);
}

function optionElement(editor, questionKey, key, name, noun) {
  const { store, view, vocabulary } = editor;
  const question = () => store.find(questionKey);
  const option = () => store.find(key);
  const list = () => question()?.[name] ?? [];
  const called = () => `${noun} ${list().findIndex((each) => each._key === key) + 1}`;
  const controls = pieceControls(editor, {
    key,
    called,
    list,
    copy: (original) => copyOfOption(vocabulary, question(), original),
    remove: (original) =>
      confirmDeletion(editor, {
        what: `the answer “${original.label || original.id}”`,
        references: referencesToOption(store.state, question(), original.id),
        run: () => takeOutPiece(editor, { label: "delete option", list, key, from: controls }),
      }),
  });
  const element = h(
    "div",
    { class: "tree-editor__piece tree-editor__option", "data-piece": key, role: "group" },
    h(
      "div",
      { class: "tree-editor__columns" },
      textField(editor, {
        key,
        name: "label",
        label: "Label",
        required: true,
        onchange: () => settleName(editor, key),
      }),
      textField(editor, { key, name: "hint", label: "Hint", rows: 1 }),
    ),
    h("div", { class: "tree-editor__piece-foot" }, optionIdField(editor, questionKey, key), controls),
  );
  return view.watch(element, () => {
    if (option()) element.setAttribute("aria-label", called());
  });
}

function notKnownFields(editor, key) {
  const { store, view } = editor;
  const question = () => store.find(key);
  const offers = select(editor, {
    options: () => [
      ["yes", "Offered"],
      ["no", "Not offered, for a reason"],
    ],
    value: () => (question()?.offers ? "yes" : "no"),
    pick: (value) => store.change("edit “Not known”", () => (question().offers = value === "yes")),
  });
  const detail = h("div", {});
  view.swap(
    detail,
    () => Boolean(question()?.offers),
    () =>
      question()?.offers
        ? textField(editor, { key, name: "not_known", label: "Label of “not known”", required: true })
        : textField(editor, { key, name: "no_not_known", label: "Why “not known” is not offered", required: true }),
  );
  return h(
    "div",
    { class: "tree-editor__columns" },
    withLabel({ label: "“Not known”", name: "offers" }, offers),
    detail,
  );
}

function settingField(editor, key) {
  return selectField(editor, {
    key,
    name: "setting",
    label: "Local setting that answers it",
    help: "Where the service has set it, the question is not asked.",
    blank: "None: it is always asked",
    choices: editor.vocabulary.settings,
  });
}
