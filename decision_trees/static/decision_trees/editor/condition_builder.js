/**
 * A condition built from lists: rows that say what must hold of one answer, and groups of rows.
 */

import { isComparison, newGroup, newStatement, phraseOf, takesOptions, testsOf } from "./conditions.js";
import { button, h, iconButton, spoken } from "./dom.js";
import { checkboxes, note, select, textInput } from "./fields.js";
import { isGroup } from "./statements.js";
import { answersOf, askedBefore, isNumeric, onlyUnitOf, optionsOf, quantityOf, questionOf, titleOf } from "./tree.js";
import { unitsOf } from "./units.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** How the rows of a group go together. Of a group, "not" is one of these; of a statement it is a box to tick. */
const JOINS = [
  ["all", "All of these hold"],
  ["any", "At least one of these holds"],
  ["not all", "Not all of these hold"],
  ["not any", "None of these holds"],
];

/**
 * The builder, with the condition in plain words under it.
 *
 * @param {Editor} editor
 * @param {{key: string, at?: () => object|undefined, lead: string}} where `key`: the piece whose `when` it is; `at`: the
 *   question after whose answer it is read, where it is not read everywhere; `lead`: the words before the sentence
 */
export function conditionBuilder(editor, { key, at, lead }) {
  const { store, view } = editor;
  const condition = () => store.find(key)?.when;
  const builder = h("div", {});
  const shape = () =>
    condition() === undefined ? "" : "unread" in condition() ? condition().unread : condition()._key;
  view.swap(builder, shape, () => {
    if (condition() === undefined) return [];
    if ("unread" in condition()) return unreadCondition(editor, key);
    return group(editor, condition()._key, at);
  });
  const sentence = view.text(h("p", { class: "tree-editor__sentence" }), () => {
    const phrase = phraseOf(condition(), store.tree, editor.vocabulary);
    return `${lead} ${phrase}${phrase.endsWith("…") ? "" : "."}`;
  });
  return h("div", { class: "tree-editor__condition" }, builder, sentence);
}

function unreadCondition(editor, key) {
  const anew = () => {
    editor.store.change("build the condition anew", () => {
      editor.store.find(key).when = newGroup([newStatement()]);
    });
  };
  return note(
    "critical",
    h("p", {}, "This condition was written as a sentence that cannot be read. Build it anew from lists."),
    button("Build it anew", anew),
  );
}

function group(editor, key, at) {
  const { store, view } = editor;
  const rows = () => store.find(key)?.rows ?? [];
  const join = select(editor, {
    label: "How the conditions of this group go together",
    options: () => [...JOINS],
    value: () => (store.find(key)?.not ? "not " : "") + (store.find(key)?.join ?? "all"),
    pick: (value) =>
      store.change("edit condition", () => {
        const edited = store.find(key);
        edited.not = value.startsWith("not ");
        edited.join = value.replace("not ", "");
      }),
  });
  const head = h("div", { class: "tree-editor__join" }, join);
  view.watch(head, () => {
    head.hidden = rows().length < 2 && !store.find(key)?.not;
  });
  const list = h("div", { class: "tree-editor__conditions" });
  view.list(
    list,
    rows,
    (row) => row._key,
    (row) => rowElement(editor, row, key, at),
  );
  const add = (label, make) => {
    store.change(label, () => rows().push(make()));
    editor.settle();
    list.lastElementChild.querySelector("select:not([hidden])")?.focus();
  };
  return h(
    "div",
    { class: "tree-editor__group", role: "group", "aria-label": "Conditions" },
    head,
    list,
    h(
      "div",
      { class: "tree-editor__row" },
      button("Add condition", () => add("add condition", () => newStatement(at?.())), { icon: "plus" }),
      button("Add group", () => add("add group of conditions", () => newGroup([newStatement(at?.())], "any")), {
        icon: "plus",
      }),
    ),
  );
}

function rowElement(editor, key, groupKey, at) {
  const { store } = editor;
  const nested = isGroup(store.find(key));
  const takeOut = () => {
    const rows = element.parentElement;
    const near = element.previousElementSibling ?? element.nextElementSibling;
    store.change("delete condition", () => {
      const owner = store.find(groupKey);
      owner.rows = owner.rows.filter((each) => each._key !== key);
      if (owner.rows.length === 0) owner.rows.push(newStatement(at?.()));
    });
    editor.settle();
    (near ?? rows).querySelector("select:not([hidden])")?.focus();
  };
  const element = h(
    "div",
    { class: `tree-editor__condition-row${nested ? " tree-editor__condition-row--group" : ""}` },
    nested ? null : notBox(editor, key),
    nested ? group(editor, key, at) : statement(editor, key, at),
    iconButton("bin", nested ? "Delete group of conditions" : "Delete condition", takeOut),
  );
  return element;
}

function notBox(editor, key) {
  const { store, view } = editor;
  const box = h("input", {
    type: "checkbox",
    onchange: () => store.change("edit condition", () => (store.find(key).not = box.checked)),
  });
  view.watch(box, () => {
    box.checked = Boolean(store.find(key)?.not);
  });
  return h("label", { class: "tree-editor__box tree-editor__not" }, box, "Not", spoken(": holds when this does not"));
}

function statement(editor, key, at) {
  const { store, view } = editor;
  const row = () => store.find(key);
  const asked = () => questionOf(store.tree, row()?.question);
  const edit = (change) => store.change("edit condition", () => change(row()));
  const question = select(editor, {
    label: "Question",
    options: () => questionEntries(store.tree, at?.()),
    value: () => row()?.question ?? "",
    pick: (id) => edit((statement) => turnTo(statement, questionOf(store.tree, id), id)),
  });
  const test = select(editor, {
    label: "Test",
    options: () => [...testsOf(asked())],
    value: () => row()?.test ?? "",
    pick: (value) =>
      edit((statement) => {
        statement.test = value;
        if (value === "is") statement.options = statement.options.slice(0, 1);
      }),
  });
  const operand = h("div", { class: "tree-editor__operand" });
  const shape = () => {
    const kind = isComparison(row()?.test) ? `against ${row().against}` : row()?.test;
    return [kind, row()?.question, asked()?.kind, asked() && quantityOf(asked())];
  };
  view.swap(operand, shape, () => {
    if (row() === undefined || asked() === undefined) return [];
    if (row().test === "is") return oneAnswer(editor, key, asked);
    if (takesOptions(row().test)) return severalAnswers(editor, key, asked);
    return isComparison(row().test) ? comparison(editor, key, asked) : [];
  });
  return h("div", { class: "tree-editor__statement" }, question, test, operand);
}

/** Point a statement at another question, and drop what does not fit it. */
function turnTo(statement, question, id) {
  statement.question = id;
  statement.options = [];
  if (question === undefined) return;
  const tests = testsOf(question).map(([test]) => test);
  if (!tests.includes(statement.test)) [statement.test] = tests;
  if (!isNumeric(question)) return;
  statement.against = "number";
  statement.unit = onlyUnitOf(question);
}

/** The questions that may be read, those whose answers are there for certain first. */
function questionEntries(tree, at) {
  const entry = (question) => [question.id, titleOf("question", question)];
  if (at === undefined) return tree.questions.map(entry);
  const before = askedBefore(tree, at.id);
  const here = tree.questions.filter(({ id }) => id === at.id || before.has(id));
  const others = tree.questions.filter((question) => !here.includes(question));
  const entries = [{ group: "Asked by then", options: here.map(entry) }];
  if (others.length > 0) entries.push({ group: "Not asked by then", options: others.map(entry) });
  return entries;
}

/** The answers a test may name. */
function answersFor(question, test) {
  const answers =
    test === "includes"
      ? optionsOf(question).map(({ id, label }) => ({ id, label: label || id }))
      : answersOf(question);
  return answers.map(({ id, label }) => [id, label]);
}

function oneAnswer(editor, key, asked) {
  const row = () => editor.store.find(key);
  return select(editor, {
    label: "Answer",
    options: () => [["", "Choose…"], ...(asked() ? answersFor(asked(), "is") : [])],
    value: () => row()?.options[0] ?? "",
    pick: (id) => editor.store.change("edit condition", () => (row().options = id ? [id] : [])),
  });
}

function severalAnswers(editor, key, asked) {
  const row = () => editor.store.find(key);
  const boxes = checkboxes(editor, {
    choices: () => (asked() && row() ? answersFor(asked(), row().test) : []),
    ticked: () => row()?.options ?? [],
    pick: (ids) => editor.store.change("edit condition", () => (row().options = ids)),
    none: "The question has no answers to choose from yet.",
  });
  return h("fieldset", { class: "tree-editor__answers" }, h("legend", { class: "w-sr-only" }, "Answers"), boxes);
}

function comparison(editor, key, asked) {
  const { store, vocabulary } = editor;
  const row = () => store.find(key);
  const edit = (change) => store.change("edit condition", () => change(row()));
  const quantity = () => (asked() ? quantityOf(asked()) : "");
  const others = () =>
    store.tree.questions.filter(
      (question) => isNumeric(question) && quantityOf(question) === quantity() && question.id !== row()?.question,
    );
  const figures = () => vocabulary.figures.filter((figure) => figure.quantity === quantity());
  const against = select(editor, {
    label: "Compared with",
    options: () => [
      ["number", "this number"],
      ...(others().length > 0 || row()?.against === "question" ? [["question", "the answer to"]] : []),
      ...(figures().length > 0 || row()?.against === "figure" ? [["figure", "the figure"]] : []),
    ],
    value: () => row()?.against ?? "number",
    pick: (value) => edit((statement) => (statement.against = value)),
  });
  editor.view.watch(against, () => {
    against.hidden = against.options.length < 2;
  });
  if (row().against === "question") {
    const other = select(editor, {
      label: "Other question",
      options: () => [["", "Choose…"], ...others().map((question) => [question.id, titleOf("question", question)])],
      value: () => row()?.other ?? "",
      pick: (id) => edit((statement) => (statement.other = id)),
    });
    return [against, other];
  }
  if (row().against === "figure") {
    const figure = select(editor, {
      label: "Figure",
      options: () => [["", "Choose…"], ...figures().map(({ id, title }) => [id, title])],
      value: () => row()?.figure ?? "",
      pick: (id) => edit((statement) => (statement.figure = id)),
    });
    return [against, figure];
  }
  return [against, ...numberAndUnit(editor, key, asked)];
}

function numberAndUnit(editor, key, asked) {
  const { store, vocabulary } = editor;
  const value = textInput(editor, {
    key,
    name: "value",
    label: "number",
    numeric: true,
    // The question may have got its unit after the statement was made.
    oninput: (typed) =>
      store.change(
        "edit “number”",
        () => {
          const statement = store.find(key);
          statement.value = typed;
          statement.unit ||= asked() ? onlyUnitOf(asked()) : "";
        },
        { merge: `${key}.value` },
      ),
  });
  value.setAttribute("aria-label", "Number");
  value.size = 6;
  const unit = select(editor, {
    label: "Unit",
    options: () => (asked() ? unitsOf(quantityOf(asked()), vocabulary) : []).map(({ id, symbol }) => [id, symbol]),
    value: () => store.find(key)?.unit ?? "",
    pick: (id) => store.change("edit condition", () => (store.find(key).unit = id)),
  });
  unit.classList.add("tree-editor__unit");
  return [value, unit];
}
