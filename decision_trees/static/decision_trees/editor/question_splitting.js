/**
 * Making two questions of one: some of its answers are asked in a second question, to which one new answer of the first
 * leads. Pure: nothing here knows of the page.
 *
 * The split tree means what the tree meant. Whoever would have given an answer that moves gives the new answer and then
 * that one; whoever would have given another gives it as before. Every condition must say of all of them what it said:
 *
 * - After the new answer, and before the second question is answered, the old answer is not given yet: every statement
 *   about it is false there, as it is of a question that was not asked. Rules and advice are never read at that moment,
 *   but red flags are, and the first that holds wins. So no red flag that reads the question may hold then.
 * - A red flag is raised too late where it would hold whatever a question had been answered that was not asked. What a
 *   red flag reads of the second question therefore stands beside the new answer, and says nothing without it.
 * - "Not known" stays with the first question and keeps its way: who does not know at all is not asked on. The second
 *   question offers it too, if the first does: without it, who knows only that it is none of the first answers would
 *   have to guess. It means there what it means in the first: it leads where that leads and brings the same advice. So
 *   the proof that it is never less careful than the answers that moved holds as it did before they moved.
 *
 * A mark of the careful direction is a promise about an answer beside its siblings. An answer that moves has others now,
 * so what it promised beside those that stay is promised by the new answer, where all have the mark for which it stands.
 */

import { joined, newGroup, saying } from "./conditions.js";
import { rekeyed } from "./keys.js";
import { idFor, optionIdFor } from "./naming.js";
import { newOption, newRule } from "./state.js";
import { isGroup, statementsOf } from "./statements.js";
import { answersOf, askedBefore, placesOf, titleOf } from "./tree.js";

/** @typedef {import("./vocabulary.js").Vocabulary} Vocabulary */

/**
 * @typedef {object} Refusal Why a question cannot be split.
 * @property {string} words
 * @property {string} key of the piece that has to be changed first
 */

const TESTS = ["is", "any-of", "none-of"];
const FEWEST_OPTIONS = 3;

/**
 * What is in the way of splitting a question, whichever of its answers move.
 *
 * @param {object} state
 * @param {object} question
 * @returns {Refusal|undefined}
 */
export function splitRefusal({ tree }, question) {
  const own = (words) => ({ words, key: question._key });
  if (question.kind !== "one-of") {
    return own("Only a question with one choice of several options can be split. Change its kind of answer first.");
  }
  if (question.options.length < FEWEST_OPTIONS) {
    return own("Two options move and one stays, so a question needs three to be split. Add options first.");
  }
  if (tree.questions.some((each) => each !== question && each.id === question.id)) {
    return own("Another question has the same id, so nobody can say which one is read. Give each its own id first.");
  }
  const answers = idsOf(answersOf(question));
  if (new Set(answers).size < answers.length) {
    return own("Two of its answers have the same id. Give each its own id first.");
  }
  for (const { key, called, when } of placesOf(tree)) {
    if (when !== undefined && "unread" in when) {
      const what = "has a condition that cannot be read, so nobody knows what it asks";
      return { words: `${called} ${what}. Mend it first.`, key };
    }
    if (statementsOf(when).some((statement) => isUnclear(statement, question.id, answers))) {
      const what = "reads this question, but not as one of its answers, or is not finished";
      return { words: `${called} ${what}. Mend its condition first.`, key };
    }
  }
  return undefined;
}

/** Whether a statement about the question does not say for which of its answers it holds. */
function isUnclear({ question, test, options, against, other }, id, answers) {
  if (question !== id) return against === "question" && other === id;
  const isOne = test !== "is" || options.length === 1;
  return !TESTS.includes(test) || options.length === 0 || !isOne || options.some((each) => !answers.includes(each));
}

/**
 * The state after a question was split, or why it cannot be. The state given is left as it is.
 *
 * @param {object} state
 * @param {Vocabulary} vocabulary
 * @param {{key: string, options: string[], text: string, label: string}} wanted `key` of the question; `options`: ids
 *   of the answers that move; `text`: the words of the second question; `label`: those of the answer that leads to it
 * @returns {{state: object, key: string}|{refused: Refusal}} `key` of the second question
 */
export function splitQuestionOf(state, vocabulary, { key, options, text, label }) {
  const made = structuredClone(state);
  const { tree } = made;
  const first = tree.questions.find((each) => each._key === key);
  const refused = splitRefusal(made, first);
  if (refused) return { refused };
  const answers = idsOf(answersOf(first));
  const leading = { ...newOption(optionIdFor(vocabulary, first, label)), label, _auto: false };
  const second = { ...rekeyed(first), _auto: false, id: idFor(made, vocabulary, "question", text), text, name: "" };
  const moves = (option) => options.includes(option.id);
  // What a published version or a case calls them is kept.
  second.options = first.options.filter(moves).map((option) => ({ ...option, _auto: false }));
  first.options = [...first.options.filter((option) => !moves(option)), leading];
  second.careful = first.careful.filter((id) => options.includes(id));
  first.careful = first.careful.filter((id) => !options.includes(id));
  // Marking it where only some have the mark would promise what nobody did.
  if (second.careful.length === options.length) first.careful.push(leading.id);
  const split = {
    first,
    second,
    leading: leading.id,
    answers,
    stays: answers.filter((id) => !options.includes(id)),
    moved: idsOf(answersOf(second)),
  };
  const idle = splitRules(split);
  if (idle) return { refused: idle };
  tree.questions.splice(tree.questions.indexOf(first) + 1, 0, second);
  for (const place of placesOf(tree)) {
    if (place.owner === first.id || place.owner === second.id || place.when === undefined) continue;
    const when = readsIt(place.when, first.id) ? readAgain(split, tree, place) : place.when;
    if (when === undefined) {
      const words = `${place.called} reads answers of this question that it never meets. Take them out of it first.`;
      return { refused: { words, key: place.key } };
    }
    place.piece.when = place.kind === "red-flag" ? notInBetween(split, tree, when) : when;
  }
  for (const each of made.cases) each.answers = bothAnswers(split, each.answers);
  return { state: made, key: second._key };
}

// --- Rules of the question itself ----------------------------------------------------------------------------------

/**
 * Share the rules out: each goes where it can hold, or to both.
 *
 * @returns {Refusal|undefined} a rule that holds nowhere: it would be lost
 */
function splitRules(split) {
  const { first, second, leading, stays, moved } = split;
  const rules = first.next;
  const staying = rules.filter((rule) => isOfUse(split, rule, stays));
  const moving = rules.filter((rule) => isOfUse(split, rule, moved));
  const idle = rules.findIndex((rule) => !staying.includes(rule) && !moving.includes(rule));
  if (idle >= 0) {
    const words = `Rule ${idle + 1} of “${titleOf("question", first)}” never applies. Take it out or widen it first.`;
    return { words, key: rules[idle]._key };
  }
  second.next = moving.map((rule) => ruleOfSecond(split, rule, moving.length === 1));
  const leads = newRule(second.id, newGroup([saying(first, [leading])]));
  first.next = [leads, ...staying.map((rule) => ruleOfFirst(split, rule))];
  return undefined;
}

/** Whether a rule can be the one that leads on from some of these answers, as far as they tell. */
function isOfUse(split, rule, answers) {
  const { first } = split;
  const inOrder = first.order === "first-fit";
  const place = first.next.indexOf(rule);
  return answers.some((answer) => {
    const holds = (each) => (each.otherwise ? true : truthAt(split, each.when, answer));
    const before = first.next.filter((each, other) => (inOrder ? other < place : !each.otherwise));
    const isTaken = (inOrder || rule.otherwise) && before.some((each) => holds(each) === true);
    return holds(rule) !== false && !isTaken;
  });
}

function ruleOfFirst({ first, leading, answers, stays }, rule) {
  if (rule.otherwise) return rule;
  const others = { ...saying(first, [leading]), test: "none-of" };
  const when = rewritten(rule.when, (statement) => {
    if (statement.question !== first.id) return statement;
    const held = heldBy(statement, answers).filter((id) => stays.includes(id));
    return held.length > 0 && sayingThat(first, held, statement);
  });
  if (when === true) return { ...rule, when: newGroup([others]) };
  const atNew = rewritten(when, (statement) => statement.question !== first.id && statement);
  // Of rules that are read in order, the one that leads to the second question is read first.
  const isPastNew = atNew === false || first.order === "first-fit";
  return { ...rule, when: isPastNew ? when : joined(when, others) };
}

function ruleOfSecond({ first, second, answers, moved }, rule, isOnly) {
  if (rule.otherwise) return rekeyed(rule);
  const when = rewritten(rule.when, (statement) => {
    if (statement.question !== first.id) return statement;
    const held = heldBy(statement, answers).filter((id) => moved.includes(id));
    return held.length === moved.length || (held.length > 0 && saying(second, held));
  });
  if (when !== true) return newRule(rule.go, rekeyed(when));
  return isOnly || second.order === "first-fit"
    ? newRule(rule.go)
    : newRule(rule.go, newGroup([saying(second, moved)]));
}

// --- Whatever else reads it ----------------------------------------------------------------------------------------

/**
 * The condition of another place, as it reads the two questions.
 *
 * @returns {object|undefined} undefined where it reads what is never answered by then
 */
function readAgain(split, tree, { kind, when, owner }) {
  const { first, second, leading, answers, stays, moved } = split;
  const isFlag = kind === "red-flag";
  const comesAfter = owner === undefined || askedBefore(tree, owner).has(second.id);
  let isLost = false;
  const again = rewritten(when, (statement) => {
    if (statement.question !== first.id) return statement;
    const held = heldBy(statement, answers);
    const here = held.filter((id) => stays.includes(id));
    const there = comesAfter ? held.filter((id) => moved.includes(id)) : [];
    // All of them are what the new answer says. A red flag may not hold before one of them is given.
    if (!isFlag && there.length === moved.length) {
      return statement.test === "none-of" ? statement : saying(first, [...here, leading]);
    }
    const parts = [];
    if (here.length > 0) parts.push(sayingThat(first, here, statement));
    if (there.length > 0) {
      const given = saying(second, there);
      parts.push(isFlag ? newGroup([saying(first, [leading]), given]) : given);
    }
    isLost ||= parts.length === 0;
    return parts.length > 1 ? newGroup(parts, "any") : (parts[0] ?? false);
  });
  return isLost ? undefined : again;
}

/**
 * The condition of a red flag, so that it does not hold between the new answer and the one to the second question: what
 * it held for before is told only then. A red flag that does not read the question was looked at before it already, but
 * for the first question of the tree: before that, none is.
 */
function notInBetween({ first, second, leading, moved }, tree, when) {
  const isStart = tree.start === first.id;
  if (!isStart && !readsIt(when, first.id) && !readsIt(when, second.id)) return when;
  const between = rewritten(when, (statement) => {
    if (statement.question === first.id) return statement.options.includes(leading);
    return !isStart && statement.question !== second.id && statement;
  });
  if (between === false) return when;
  const onlyThen = [{ ...saying(first, [leading]), not: true }, saying(second, moved)];
  return joined(when, newGroup(onlyThen, "any"));
}

function bothAnswers({ first, second, leading, moved, stays }, answers) {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([id, answer]) => {
      const [only, ...more] = [answer].flat();
      const isMoved = id === first.id && more.length === 0 && moved.includes(only) && !stays.includes(only);
      return isMoved
        ? [
            [id, leading],
            [second.id, only],
          ]
        : [[id, answer]];
    }),
  );
}

// --- Conditions ----------------------------------------------------------------------------------------------------

function idsOf(pieces) {
  return pieces.map(({ id }) => id);
}

function readsIt(when, id) {
  return statementsOf(when).some(({ question }) => question === id);
}

/** The answers for which a statement about the question holds. */
function heldBy({ test, options }, answers) {
  return answers.filter((id) => options.includes(id) !== (test === "none-of"));
}

/** That the answer is one of these; the statement itself where it says just that. */
function sayingThat(question, held, statement) {
  const isSame = statement.test !== "none-of" && statement.options.length === held.length;
  return isSame ? { ...statement, not: false } : saying(question, held);
}

/** Whether a condition holds with this answer to the question; undefined where other answers decide. */
function truthAt({ first, answers }, when, answer) {
  const truth = rewritten(when, (statement) =>
    statement.question === first.id ? heldBy(statement, answers).includes(answer) : statement,
  );
  return typeof truth === "boolean" ? truth : undefined;
}

/**
 * A condition with other statements. Where those are decided, so is what rests on them.
 *
 * @param {object} row
 * @param {(statement: object) => object|boolean} replace what stands for a statement, leaving its "not" aside
 * @returns {object|boolean}
 */
function rewritten(row, replace) {
  if (!isGroup(row)) {
    const made = replace(row);
    if (typeof made === "boolean") return made !== row.not;
    return made === row ? row : { ...made, not: made.not !== row.not };
  }
  // A group without rows is not finished: nobody knows what it will say.
  if (row.rows.length === 0) return row;
  const deciding = row.join === "any";
  const rows = row.rows.map((each) => rewritten(each, replace));
  if (rows.includes(deciding)) return deciding !== row.not;
  const left = rows.filter((each) => typeof each !== "boolean");
  return left.length === 0 ? row.not === deciding : { ...row, rows: left.flatMap((each) => inOne(each, row.join)) };
}

/** The rows of a group that is joined as the one around it is; they need no brackets. */
function inOne(row, join) {
  return isGroup(row) && !row.not && row.join === join ? row.rows : [row];
}
