/**
 * Asking and changing the tree as the editor holds it (`state.js` makes it). Pure: nothing here knows of the page.
 */

import { statementsOf } from "./statements.js";

const NOT_KNOWN = "not-known";
const NONE = "none";
const YES_AND_NO = [
  { id: "yes", label: "Yes" },
  { id: "no", label: "No" },
];

export const LISTS = {
  question: "questions",
  outcome: "outcomes",
  "red-flag": "red_flags",
  "add-on": "add_ons",
  case: "cases",
};

/** The list a kind of node stands in. Cases stand beside the tree. */
export function listOf(state, kind) {
  return kind === "case" ? state.cases : state.tree[LISTS[kind]];
}

export function isNumeric(question) {
  return question.kind === "number" || question.kind === "whole-days";
}

export function questionOf(tree, id) {
  return tree.questions.find((question) => question.id === id);
}

export function outcomeOf(tree, id) {
  return tree.outcomes.find((outcome) => outcome.id === id);
}

/** The written options of a question: those of a number are its coded answers. */
export function optionsOf(question) {
  if (question.kind === "yes-no") return YES_AND_NO;
  return isNumeric(question) ? question.coded : question.options;
}

/**
 * Every answer that is not a number, as a condition names it.
 *
 * @returns {Array<{id: string, label: string}>}
 */
export function answersOf(question) {
  const answers = optionsOf(question).map(({ id, label }) => ({ id, label: label || id }));
  if (question.kind === "several-of" && question.none) answers.push({ id: NONE, label: question.none });
  if (question.offers) answers.push({ id: NOT_KNOWN, label: question.not_known || "Not known" });
  return answers;
}

/** What people read for an answer. */
export function answerLabel(question, id) {
  const found = question && answersOf(question).find((answer) => answer.id === id);
  if (found) return found.label;
  const words = id.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The quantity that the numbers of a question are of. */
export function quantityOf(question) {
  return question.kind === "whole-days" ? "days" : question.quantity;
}

/** The units a question's number may be given in, the one offered first in front. */
export function unitsOfQuestion(question) {
  return question.kind === "whole-days" ? ["days"] : question.units;
}

/** The unit of a question's number where there is no choice of units; empty where there is. */
export function onlyUnitOf(question) {
  const units = isNumeric(question) ? unitsOfQuestion(question) : [];
  return units.length === 1 ? units[0] : "";
}

/** What a node is called where it is pointed at. */
export function titleOf(kind, node) {
  if (kind === "question") return node.text || "A question without words";
  return node.title || (kind === "outcome" ? "An outcome without a title" : "Advice without a title");
}

/** Ids that a new node of this kind may not take. Questions and outcomes share theirs. */
export function takenIds(state, kind, except) {
  const lists = kind === "question" || kind === "outcome" ? ["question", "outcome"] : [kind];
  return lists
    .flatMap((each) => listOf(state, each))
    .filter((node) => node !== except)
    .map((node) => node.id);
}

// --- The graph ----------------------------------------------------------------------------------------------------

/**
 * The questions from which a question can be reached, nearest last: those whose answers can be read there.
 *
 * @returns {Set<string>}
 */
export function askedBefore(tree, id) {
  const before = new Map(tree.questions.map((question) => [question.id, []]));
  for (const question of tree.questions) {
    for (const rule of question.next) before.get(rule.go)?.push(question.id);
  }
  const found = new Set();
  const open = [...(before.get(id) ?? [])];
  while (open.length > 0) {
    const next = open.pop();
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(before.get(next) ?? []));
  }
  return found;
}

/** Whether every way from the first question to `id` passes `passed`. */
export function isAlwaysAskedBefore(tree, passed, id) {
  if (passed === id || passed === tree.start) return true;
  const seen = new Set([passed]);
  const open = [tree.start];
  while (open.length > 0) {
    const next = open.pop();
    if (next === id) return false;
    if (seen.has(next)) continue;
    seen.add(next);
    for (const rule of questionOf(tree, next)?.next ?? []) open.push(rule.go);
  }
  return true;
}

// --- What points at what -------------------------------------------------------------------------------------------

/**
 * Everything that has a condition, or names a node.
 *
 * @returns {Array<{kind: string, piece: object, key: string, called: string, when: object|undefined, names: string[],
 *   verb: string, owner?: string}>} `names`: the nodes it names beside its condition; `owner`: the question it belongs to
 */
export function placesOf(tree) {
  return [
    ...rulesOf(tree).map(([rule, question, place]) => ({
      kind: "rule",
      piece: rule,
      key: rule._key,
      called: `Rule ${place + 1} of “${titleOf("question", question)}”`,
      when: rule.otherwise ? undefined : rule.when,
      names: [rule.go],
      verb: "leads to it",
      owner: question.id,
    })),
    ...tree.red_flags.map((flag) => ({
      kind: "red-flag",
      piece: flag,
      key: flag._key,
      called: `The red flag “${flag.id}”`,
      when: flag.when,
      names: [flag.outcome],
      verb: "leads to it",
    })),
    ...tree.add_ons.map((advice) => ({
      kind: "add-on",
      piece: advice,
      key: advice._key,
      called: `The added advice “${titleOf("add-on", advice)}”`,
      when: advice.when,
      names: advice.not_with,
      verb: "names it",
    })),
  ];
}

/**
 * What points at a node, in words.
 *
 * @returns {string[]}
 */
export function referencesTo(state, kind, id) {
  const isQuestion = kind === "question";
  const found = isQuestion && state.tree.start === id ? ["It is the first question."] : [];
  if (isQuestion || kind === "outcome") {
    for (const { called, when, names, verb, owner } of placesOf(state.tree)) {
      // A question's own rules go with it.
      if (isQuestion && owner === id) continue;
      if (names.includes(id)) found.push(`${called} ${verb}.`);
      else if (isQuestion && readsQuestion(when, id)) found.push(`${called} reads its answer.`);
    }
  }
  const cases = state.cases.filter(
    (each) =>
      (isQuestion && id in each.answers) ||
      (kind === "outcome" && each.outcome === id) ||
      (kind === "add-on" && each.add_ons.includes(id)),
  );
  return [...found, ...casesInWords(cases, isQuestion ? ["answers", "answer"] : ["expects", "expect"])];
}

/**
 * What names an option of a question, in words.
 *
 * @returns {string[]}
 */
export function referencesToOption(state, question, option) {
  const namesIt = (statement) => statement.question === question.id && statement.options.includes(option);
  const places = placesOf(state.tree).filter(({ when }) => statementsOf(when).some(namesIt));
  const cases = state.cases.filter((each) => [each.answers[question.id]].flat().includes(option));
  return [...places.map(({ called }) => `${called} names it.`), ...casesInWords(cases, ["gives", "give"])];
}

const CASES_NAMED = 3;

/** Cases are many: one reference for all of them. */
function casesInWords(cases, [one, many]) {
  if (cases.length === 0) return [];
  if (cases.length === 1) return [`The case “${cases[0].id}” ${one} it.`];
  const named = cases.slice(0, CASES_NAMED).map(({ id }) => `“${id}”`);
  const rest = cases.length - named.length;
  const list = rest > 0 ? [...named, `${rest} more`] : named;
  return [`${cases.length} cases ${many} it: ${list.slice(0, -1).join(", ")} and ${list.at(-1)}.`];
}

function readsQuestion(condition, id) {
  return statementsOf(condition).some(
    (each) => each.question === id || (each.against === "question" && each.other === id),
  );
}

/**
 * The rules and red flags that lead to a node.
 *
 * @returns {Array<[string, string]>} the key of each, and what it is called
 */
export function leadingTo(tree, id) {
  const rules = rulesOf(tree).filter(([rule]) => rule.go === id);
  const flags = tree.red_flags.filter((flag) => flag.outcome === id);
  return [
    ...(tree.start === id ? [["", "Every journey begins with it."]] : []),
    ...rules.map(([rule, question, place]) => [rule._key, `Rule ${place + 1} of “${titleOf("question", question)}”`]),
    ...flags.map((flag) => [flag._key, `The red flag “${flag.id}”`]),
  ];
}

/**
 * The rules of other questions, the red flags and the added advice that read the answer to a question.
 *
 * @returns {Array<[string, string]>} the key of each, and what it is called
 */
export function readersOf(tree, id) {
  return placesOf(tree)
    .filter(({ when, owner }) => owner !== id && readsQuestion(when, id))
    .map(({ key, called }) => [key, called]);
}

/**
 * Every rule with its question and its place there.
 *
 * @returns {Array<[object, object, number]>}
 */
function rulesOf(tree) {
  return tree.questions.flatMap((question) => question.next.map((rule, place) => [rule, question, place]));
}

function conditionsOf(tree) {
  return [...rulesOf(tree).map(([rule]) => rule.when), ...[...tree.red_flags, ...tree.add_ons].map(({ when }) => when)];
}

// --- Another id ----------------------------------------------------------------------------------------------------

/**
 * Give a node another id, and say so everywhere it is named.
 *
 * @param {object} state
 * @param {string} kind
 * @param {object} node
 * @param {string} id
 */
export function rename(state, kind, node, id) {
  const old = node.id;
  node.id = id;
  // Where two nodes had the id, what names it means the other as well.
  if (takenIds(state, kind, node).includes(old)) return;
  if (kind === "question") renameQuestion(state, old, id);
  if (kind === "outcome") renameOutcome(state, old, id);
  if (kind === "add-on") {
    for (const each of state.cases) each.add_ons = each.add_ons.map((advice) => (advice === old ? id : advice));
  }
}

function renameQuestion(state, old, id) {
  const { tree } = state;
  if (tree.start === old) tree.start = id;
  for (const [rule] of rulesOf(tree)) if (rule.go === old) rule.go = id;
  for (const statement of conditionsOf(tree).flatMap(statementsOf)) {
    if (statement.question === old) statement.question = id;
    if (statement.other === old) statement.other = id;
  }
  for (const each of state.cases) {
    each.answers = Object.fromEntries(
      Object.entries(each.answers).map(([question, answer]) => [question === old ? id : question, answer]),
    );
  }
}

function renameOutcome(state, old, id) {
  const { tree } = state;
  for (const [rule] of rulesOf(tree)) if (rule.go === old) rule.go = id;
  for (const flag of tree.red_flags) if (flag.outcome === old) flag.outcome = id;
  for (const advice of tree.add_ons) advice.not_with = advice.not_with.map((each) => (each === old ? id : each));
  for (const each of state.cases) if (each.outcome === old) each.outcome = id;
}

/** Give an option another id, and say so everywhere it is named. */
export function renameOption(state, question, option, id) {
  const old = option.id;
  option.id = id;
  if (optionsOf(question).some((each) => each !== option && each.id === old)) return;
  const renamed = (each) => (each === old ? id : each);
  question.careful = question.careful.map(renamed);
  for (const statement of conditionsOf(state.tree).flatMap(statementsOf)) {
    if (statement.question === question.id) statement.options = statement.options.map(renamed);
  }
  for (const each of state.cases) {
    const answer = each.answers[question.id];
    if (Array.isArray(answer)) each.answers[question.id] = answer.map(renamed);
    else if (typeof answer === "string") each.answers[question.id] = renamed(answer);
  }
}
