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

/** What a node is called where it is pointed at. */
export function titleOf(kind, node) {
  if (kind === "question") return node.text || "A question without words";
  if (kind === "red-flag" || kind === "case") return node.id;
  return node.title || (kind === "outcome" ? "An outcome without a title" : "Advice without a title");
}

/** Ids that a new node of this kind may not take. Questions and outcomes share theirs. */
export function takenIds(state, kind, except) {
  const lists = kind === "question" || kind === "outcome" ? ["question", "outcome"] : [kind];
  return lists.flatMap((each) => listOf(state, each)).filter((node) => node !== except).map((node) => node.id);
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
 * @typedef {object} Reference Something that names a node or an option.
 * @property {string} words
 * @property {string} kind of the node it stands in
 * @property {string} key of that node; empty for the tree itself
 */

/**
 * What points at a node.
 *
 * @returns {Reference[]}
 */
export function referencesTo(state, kind, id) {
  const found = [];
  if (kind === "question" && state.tree.start === id) {
    found.push({ words: "It is the first question.", kind: "tree", key: "" });
  }
  for (const [rule, question, place] of rulesOf(state.tree)) {
    const leads = (kind === "question" || kind === "outcome") && rule.go === id;
    const reads = kind === "question" && readsQuestion(rule.when, id);
    // A question's own rules go with it.
    if (kind === "question" && question.id === id) continue;
    if (leads || reads) {
      const does = leads ? "leads to it" : "reads its answer";
      found.push({
        words: `Rule ${place + 1} of “${titleOf("question", question)}” ${does}.`,
        kind: "question",
        key: question._key,
      });
    }
  }
  for (const flag of state.tree.red_flags) {
    const leads = kind === "outcome" && flag.outcome === id;
    if (leads || (kind === "question" && readsQuestion(flag.when, id))) {
      const words = `The red flag “${flag.id}” ${leads ? "leads to it" : "reads its answer"}.`;
      found.push({ words, kind: "red-flag", key: flag._key });
    }
  }
  for (const advice of state.tree.add_ons) {
    const named = kind === "outcome" && advice.not_with.includes(id);
    if (named || (kind === "question" && readsQuestion(advice.when, id))) {
      const words = `The added advice “${titleOf("add-on", advice)}” ${named ? "names it" : "reads its answer"}.`;
      found.push({ words, kind: "add-on", key: advice._key });
    }
  }
  for (const each of state.cases) {
    const named =
      (kind === "question" && id in each.answers) ||
      (kind === "outcome" && each.outcome === id) ||
      (kind === "add-on" && each.add_ons.includes(id));
    const does = kind === "question" ? "answers it" : "expects it";
    if (named) found.push({ words: `The case “${each.id}” ${does}.`, kind: "case", key: each._key });
  }
  return found;
}

/**
 * What names an option of a question.
 *
 * @returns {Reference[]}
 */
export function referencesToOption(state, question, option) {
  const found = [];
  const names = (condition) =>
    statementsOf(condition).some((each) => each.question === question.id && each.options.includes(option));
  for (const [rule, owner, place] of rulesOf(state.tree)) {
    if (names(rule.when)) {
      const words = `Rule ${place + 1} of “${titleOf("question", owner)}” names it.`;
      found.push({ words, kind: "question", key: owner._key });
    }
  }
  for (const flag of state.tree.red_flags) {
    if (names(flag.when)) found.push({ words: `The red flag “${flag.id}” names it.`, kind: "red-flag", key: flag._key });
  }
  for (const advice of state.tree.add_ons) {
    if (names(advice.when)) {
      const words = `The added advice “${titleOf("add-on", advice)}” names it.`;
      found.push({ words, kind: "add-on", key: advice._key });
    }
  }
  for (const each of state.cases) {
    if ([each.answers[question.id]].flat().includes(option)) {
      found.push({ words: `The case “${each.id}” gives it.`, kind: "case", key: each._key });
    }
  }
  return found;
}

function readsQuestion(condition, id) {
  return statementsOf(condition).some(
    (each) => each.question === id || (each.against === "question" && each.other === id),
  );
}

/**
 * Every rule with its question and its place there.
 *
 * @returns {Array<[object, object, number]>}
 */
export function rulesOf(tree) {
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
