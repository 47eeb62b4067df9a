/**
 * Which questions a case is asked, so that the right inputs are put before the editor as they answer. What a case comes
 * to is said by the engine on the server; this only follows the rules as far as they can be followed.
 */

import { isComparison } from "./conditions.js";
import { isGroup } from "./statements.js";
import { isNumeric, questionOf } from "./tree.js";
import { inBase } from "./units.js";

/** @typedef {import("./vocabulary.js").Vocabulary} Vocabulary */

/**
 * The ids of the questions on the way of these answers, in order. The last one is not answered yet, unless the way ends.
 *
 * @param {object} tree
 * @param {Object<string, any>} answers
 * @param {Vocabulary} vocabulary
 * @returns {string[]}
 */
export function askedOnTheWay(tree, answers, vocabulary) {
  const asked = [];
  const given = {};
  let question = questionOf(tree, tree.start);
  while (question !== undefined && !asked.includes(question.id)) {
    asked.push(question.id);
    if (!isAnswered(answers[question.id])) break;
    given[question.id] = answers[question.id];
    const holds = (condition) => conditionHolds(condition, given, tree, vocabulary);
    if (tree.red_flags.some((flag) => holds(flag.when))) break;
    question = questionOf(tree, targetOf(question, holds));
  }
  return asked;
}

/** Whether there is an answer that could be read. */
export function isAnswered(answer) {
  if (answer === undefined || answer === null || answer === "") return false;
  if (Array.isArray(answer)) return answer.length > 0;
  return typeof answer !== "object" || String(answer.value ?? "").trim() !== "";
}

function targetOf(question, holds) {
  const inOrder = question.order === "first-fit";
  const rule =
    question.next.find((each) => (inOrder && each.otherwise) || (!each.otherwise && holds(each.when))) ??
    question.next.find((each) => each.otherwise);
  return rule?.go;
}

function conditionHolds(condition, answers, tree, vocabulary) {
  if (condition === undefined || "unread" in condition) return false;
  return rowHolds(condition, answers, tree, vocabulary);
}

function rowHolds(row, answers, tree, vocabulary) {
  const holds = isGroup(row)
    ? groupHolds(row, answers, tree, vocabulary)
    : statementHolds(row, answers, tree, vocabulary);
  return holds !== row.not;
}

function groupHolds({ rows, join }, answers, tree, vocabulary) {
  const holds = (row) => rowHolds(row, answers, tree, vocabulary);
  return join === "all" ? rows.every(holds) : rows.some(holds);
}

function statementHolds(statement, answers, tree, vocabulary) {
  const { question, test, options } = statement;
  const answer = answers[question];
  if (answer === undefined) return false;
  if (isComparison(test)) return comparisonHolds(statement, answers, tree, vocabulary);
  const asked = questionOf(tree, question);
  const coded = Array.isArray(answer)
    ? answer
    : typeof answer === "string" && !isPlainNumber(asked, answer)
      ? [answer]
      : [];
  if (test === "number") return coded.length === 0;
  if (test === "includes") return options.some((option) => coded.includes(option));
  if (test === "none-of") return !options.some((option) => coded.includes(option));
  return coded.length === 1 && options.includes(coded[0]);
}

function comparisonHolds({ question, test, against, value, unit, other, figure }, answers, tree, vocabulary) {
  const left = amount(questionOf(tree, question), answers[question], vocabulary);
  const known = vocabulary.figures.find((each) => each.id === figure);
  const right = {
    number: () => inBase(value, unit, vocabulary),
    question: () => amount(questionOf(tree, other), answers[other], vocabulary),
    figure: () => (known ? inBase(known.value, known.unit, vocabulary) : null),
  }[against]();
  if (left === null || right === null) return false;
  if (test === "above") return left > right;
  if (test === "at-least") return left >= right;
  if (test === "below") return left < right;
  return test === "at-most" ? left <= right : left === right;
}

/** An answer as an amount in the base unit; null where it is no number. */
function amount(question, answer, vocabulary) {
  if (question === undefined || answer === undefined) return null;
  if (typeof answer === "object" && !Array.isArray(answer)) return inBase(answer.value, answer.unit, vocabulary);
  const unit = question.kind === "whole-days" ? "days" : question.units[0];
  return isPlainNumber(question, answer) ? inBase(String(answer), unit, vocabulary) : null;
}

/** Where a question has one unit, a number may stand without it. */
export function isPlainNumber(question, answer) {
  return question !== undefined && isNumeric(question) && /^[0-9.]+$/.test(String(answer));
}
