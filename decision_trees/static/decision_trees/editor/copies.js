/**
 * Copies of nodes, each with keys and an id of its own.
 */

import { newKey, rekeyed } from "./keys.js";
import { idsBeside, optionIdsBeside } from "./naming.js";
import { statementsOf } from "./statements.js";

const COPY = " (copy)";

/** @typedef {import("./vocabulary.js").Vocabulary} Vocabulary */

/**
 * @param {object} state
 * @param {Vocabulary} vocabulary
 * @param {string} kind
 * @param {object} node
 */
export function copyOfNode(state, vocabulary, kind, node) {
  const copy = { ...rekeyed(node), _auto: false, id: copyId(node.id, idsBeside(state, vocabulary, kind)) };
  if (kind === "question") {
    copy.text = `${node.text}${COPY}`;
    // Two questions of one short name could not be told apart in a sentence.
    copy.name = "";
    // Its own rules speak of its own answer.
    for (const statement of copy.next.flatMap((rule) => statementsOf(rule.when))) {
      if (statement.question === node.id) statement.question = copy.id;
    }
  }
  if (kind === "outcome" || kind === "add-on") copy.title = `${node.title}${COPY}`;
  return copy;
}

/**
 * @param {Vocabulary} vocabulary
 * @param {object} question
 * @param {object} option
 */
export function copyOfOption(vocabulary, question, option) {
  const id = copyId(option.id, optionIdsBeside(vocabulary, question));
  return { ...option, _key: newKey(), _auto: false, id, label: `${option.label}${COPY}` };
}

function copyId(id, taken) {
  const others = new Set(taken);
  let copy = `${id}-copy`;
  for (let number = 2; others.has(copy); number += 1) copy = `${id}-copy-${number}`;
  return copy;
}
