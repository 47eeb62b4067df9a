/**
 * What a case is, in few words: its id says little, and many look alike.
 */

import { answerLabel, unitsOfQuestion } from "./tree.js";
import { amountInWords } from "./units.js";
import { isAnswered, isPlainNumber } from "./way.js";

/** @typedef {import("./vocabulary.js").Vocabulary} Vocabulary */

const WORDS_OF_A_STORY = 9;

/**
 * The id, with the first words of the story, or else the answers in short.
 *
 * @param {object} each
 * @param {object} tree
 * @param {Vocabulary} vocabulary
 */
export function caseInShort(each, tree, vocabulary) {
  const told = beginningOf(each.story) || answersInWords(each.answers, tree, vocabulary).map(([, words]) => words);
  const words = [told].flat().join(" · ");
  return words ? `${each.id}: ${words}` : each.id;
}

/**
 * The answers of a case, in the order of the questions.
 *
 * @param {Object<string, any>} answers
 * @param {object} tree
 * @param {Vocabulary} vocabulary
 * @returns {Array<[object, string]>} each question with what is answered
 */
export function answersInWords(answers, tree, vocabulary) {
  return tree.questions
    .filter(({ id }) => isAnswered(answers[id]))
    .map((question) => [question, answerInWords(question, answers[question.id], vocabulary)]);
}

function answerInWords(question, answer, vocabulary) {
  if (Array.isArray(answer)) return answer.map((id) => answerLabel(question, id)).join(", ");
  if (typeof answer === "object") return amountInWords(answer.value, answer.unit, vocabulary);
  return isPlainNumber(question, answer)
    ? amountInWords(answer, unitsOfQuestion(question)[0], vocabulary)
    : answerLabel(question, String(answer));
}

function beginningOf(story) {
  const words = story.trim().split(/\s+/);
  return words.length > WORDS_OF_A_STORY ? `${words.slice(0, WORDS_OF_A_STORY).join(" ")}…` : words.join(" ");
}
