/**
 * Conditions as the editor holds them: a group of rows, where a row is a statement about one answer or a group again.
 * `readCondition` and `writeCondition` go between that and the form in which they are stored
 * (`decision_trees/engine/condition_data.py`). What a condition means is decided by the engine alone.
 */

import { listed } from "./dom.js";
import { newKey } from "./keys.js";
import { isGroup } from "./statements.js";
import { answerLabel, answersOf, isNumeric, onlyUnitOf, questionOf } from "./tree.js";
import { amountInWords } from "./units.js";

/**
 * @typedef {object} Statement
 * @property {string} _key
 * @property {boolean} not
 * @property {string} question
 * @property {string} test
 * @property {string[]} options
 * @property {"number"|"question"|"figure"} against What a number is compared with.
 * @property {string} value
 * @property {string} unit
 * @property {string} other
 * @property {string} figure
 */

/**
 * @typedef {object} Group
 * @property {string} _key
 * @property {boolean} not
 * @property {"all"|"any"} join
 * @property {Array<Statement|Group>} rows
 */

/** @typedef {{_key: string, unread: string}} Unread A sentence that the server could not read. */

const COMPARISONS = {
  above: "is above",
  "at-least": "is at least",
  below: "is below",
  "at-most": "is at most",
  equals: "is exactly",
};
const OF_ONE = { is: "is", "any-of": "is one of", "none-of": "is none of" };
const OF_SEVERAL = {
  includes: "includes",
  "none-of": "includes none of",
  is: "is only",
  "any-of": "is one of, and nothing else",
};
const PHRASES = { ...COMPARISONS, is: "is", "any-of": "is", includes: "includes" };

/**
 * The tests that fit a question, in the order in which they are offered.
 *
 * @param {object|undefined} question
 * @returns {Array<[string, string]>} the test and its words
 */
export function testsOf(question) {
  if (question === undefined) return Object.entries(OF_ONE);
  if (question.kind === "several-of") return Object.entries(OF_SEVERAL);
  if (!isNumeric(question)) return Object.entries(OF_ONE);
  const coded = answersOf(question).length > 0 ? Object.entries(OF_ONE) : [];
  return [...Object.entries(COMPARISONS), ["number", "is a number"], ...coded];
}

/** @param {string} test */
export function isComparison(test) {
  return test in COMPARISONS;
}

/** @param {string} test */
export function takesOptions(test) {
  return test in OF_ONE || test === "includes";
}

/**
 * A statement that waits to be filled in.
 *
 * @param {object} [question] the question it is about
 * @returns {Statement}
 */
export function newStatement(question) {
  const [[test]] = testsOf(question);
  return {
    _key: newKey(),
    not: false,
    question: question?.id ?? "",
    test,
    options: [],
    against: "number",
    value: "",
    unit: question === undefined ? "" : onlyUnitOf(question),
    other: "",
    figure: "",
  };
}

/**
 * That the answer to a question is one of these; that of several answers it includes one of them.
 *
 * @param {object} question
 * @param {string[]} options
 * @returns {Statement}
 */
export function saying(question, options) {
  const test = question.kind === "several-of" ? "includes" : options.length === 1 ? "is" : "any-of";
  return { ...newStatement(question), test, options };
}

/**
 * @param {Array<Statement|Group>} rows
 * @param {"all"|"any"} [join]
 * @returns {Group}
 */
export function newGroup(rows, join = "all") {
  return { _key: newKey(), not: false, join, rows };
}

/**
 * Read a stored condition. A condition that is not a group becomes the only row of one.
 *
 * @param {any} data
 * @returns {Group|Unread}
 */
export function readCondition(data) {
  if (typeof data === "string" && data.trim() !== "") return { _key: newKey(), unread: data };
  const row = isFilled(data) ? readRow(data) : newStatement();
  return isGroup(row) ? row : newGroup([row]);
}

function isFilled(data) {
  return data !== null && typeof data === "object" && Object.keys(data).length > 0;
}

function readRow(data) {
  if (!isFilled(data)) return newStatement();
  if ("not" in data) {
    const row = readRow(data.not);
    return { ...row, not: !row.not };
  }
  if ("all" in data || "any" in data) {
    const join = "all" in data ? "all" : "any";
    return newGroup((data[join] ?? []).map(readRow), join);
  }
  const against = data.other ? "question" : data.figure ? "figure" : "number";
  const text = (name) => (data[name] === undefined || data[name] === null ? "" : String(data[name]));
  return {
    _key: newKey(),
    not: false,
    question: text("question"),
    test: text("test"),
    options: Array.isArray(data.options) ? [...data.options] : [],
    against,
    value: text("value"),
    unit: text("unit"),
    other: text("other"),
    figure: text("figure"),
  };
}

/**
 * The condition in its stored form. A group of one row is that row.
 *
 * @param {Group|Unread|undefined} condition
 */
export function writeCondition(condition) {
  if (condition === undefined) return {};
  if ("unread" in condition) return condition.unread;
  return writeRow(condition);
}

function writeRow(row) {
  const data = isGroup(row) ? writeGroup(row) : writeStatement(row);
  return row.not ? { not: data } : data;
}

function writeGroup(group) {
  const parts = group.rows.map(writeRow);
  return parts.length === 1 ? parts[0] : { [group.join]: parts };
}

function writeStatement({ question, test, options, against, value, unit, other, figure }) {
  if (test === "number") return { question, test };
  if (takesOptions(test)) return { question, test, options: [...options] };
  if (against === "question") return { question, test, other };
  if (against === "figure") return { question, test, figure };
  return { question, test, value: value.trim(), unit };
}

/**
 * The condition in plain words, to stand inside a sentence; the words are those readers meet.
 *
 * @param {Group|Unread|undefined} condition
 * @param {object} tree
 * @param {import("./vocabulary.js").Vocabulary} vocabulary
 */
export function phraseOf(condition, tree, vocabulary) {
  if (condition === undefined) return "";
  if ("unread" in condition) return condition.unread;
  return phraseOfRow(condition, tree, vocabulary);
}

function phraseOfRow(row, tree, vocabulary) {
  const words = isGroup(row) ? phraseOfGroup(row, tree, vocabulary) : phraseOfStatement(row, tree, vocabulary);
  return row.not ? `not (${words})` : words;
}

function phraseOfGroup(group, tree, vocabulary) {
  const parts = group.rows.map((row) => {
    const words = phraseOfRow(row, tree, vocabulary);
    const mixed = group.join === "all" && isGroup(row) && row.join === "any" && row.rows.length > 1 && !row.not;
    return mixed ? `(${words})` : words;
  });
  if (parts.length === 0) return "…";
  return parts.join(group.join === "all" ? " and " : ", or ");
}

function phraseOfStatement(statement, tree, vocabulary) {
  if (!statement.question) return "…";
  const question = questionOf(tree, statement.question);
  const name = questionName(tree, statement.question);
  if (statement.test === "number") return `${name} is a number`;
  if (takesOptions(statement.test)) return phraseOfOptions(statement, question, name);
  return `${name} ${PHRASES[statement.test] ?? "…"} ${phraseOfOperand(statement, tree, vocabulary)}`;
}

function phraseOfOptions({ test, options }, question, name) {
  const labels = options.map((option) => `“${answerLabel(question, option)}”`);
  if (labels.length === 0) return `${name} ${test === "includes" ? "includes" : "is"} …`;
  if (test !== "none-of") return `${name} ${PHRASES[test]} ${listed(labels, "or")}`;
  if (labels.length === 1) return `${name} is answered, and not with ${labels[0]}`;
  return `${name} is none of ${listed(labels, "and")}`;
}

function phraseOfOperand({ against, value, unit, other, figure }, tree, vocabulary) {
  if (against === "question") return other ? questionName(tree, other) : "…";
  if (against === "number") return value ? amountInWords(value, unit, vocabulary) : "…";
  const known = vocabulary.figures.find((each) => each.id === figure);
  if (known === undefined) return figure ? `the figure “${wordsOfId(figure)}”` : "…";
  return amountInWords(known.value, known.unit, vocabulary);
}

/** What a question is called inside a sentence: its short name, or else its id in words. */
function questionName(tree, id) {
  return questionOf(tree, id)?.name.trim() || wordsOfId(id);
}

function wordsOfId(id) {
  return id.replaceAll("-", " ");
}

/**
 * The same condition with keys of its own, for a copy.
 *
 * @param {Group|Unread|undefined} condition
 */
function copyOfCondition(condition) {
  return readCondition(writeCondition(condition));
}

/**
 * `condition` and `row` together.
 *
 * @param {Group|Unread|undefined} condition undefined for "otherwise"
 * @param {Statement|Group} row
 * @returns {Group}
 */
export function joined(condition, row) {
  if (condition === undefined || "unread" in condition) return newGroup([row]);
  const copy = copyOfCondition(condition);
  const extra = readRow(writeRow(row));
  const goesOn = !copy.not && (copy.join === "all" || copy.rows.length === 1);
  return goesOn ? { ...copy, join: "all", rows: [...copy.rows, extra] } : newGroup([copy, extra]);
}
