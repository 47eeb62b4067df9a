/**
 * From the stored tree and cases to what the editor works on, and back. Stored is the form of `content/trees/*.yaml`
 * (docs/content-formats.md). The editor's form has every list there, a key for each piece, and keeps what a change of
 * kind leaves unused until the page is left.
 */

import { newGroup, newStatement, readCondition, writeCondition } from "./conditions.js";
import { newKey } from "./keys.js";
import { answersOf, isNumeric } from "./tree.js";
import { proposeId } from "./ids.js";

/**
 * @param {object} document
 * @param {object[]} cases
 */
export function readState(document, cases) {
  const {
    start = "",
    citations = [],
    questions = [],
    red_flags: redFlags = [],
    add_ons: addOns = [],
    outcomes = [],
    ...rest
  } = document ?? {};
  const state = {
    tree: {
      ...rest,
      start,
      citations: [...citations],
      questions: questions.map(readQuestion),
      red_flags: redFlags.map(readRedFlag),
      add_ons: addOns.map(readAddOn),
      outcomes: outcomes.map(readOutcome),
    },
    cases: (cases ?? []).map(readCase),
  };
  nameTheNameless(state);
  return state;
}

/** The tree as it is stored. */
export function writeDocument({ tree }) {
  const { questions, red_flags: redFlags, add_ons: addOns, outcomes, ...rest } = tree;
  return filled({
    ...rest,
    questions: questions.map(writeQuestion),
    red_flags: redFlags.map((flag) => ({ ...plain(flag), when: writeCondition(flag.when) })),
    add_ons: addOns.map((advice) => filled({ ...plain(advice), when: writeCondition(advice.when) })),
    outcomes: outcomes.map(writeOutcome),
  });
}

/** The cases as they are stored. Added advice is always said, since none is a statement as well. */
export function writeCases({ cases }) {
  return cases.map(({ answers, add_ons: addOns, ...rest }) => ({
    ...filled(plain(rest)),
    answers,
    add_ons: [...addOns],
  }));
}

// --- New pieces ----------------------------------------------------------------------------------------------------

/** A question that has no rules yet. */
export function newQuestion(id, text = "", kind = "one-of") {
  const question = { ...readQuestion({ id, text, not_known: "Not known" }), _auto: true };
  turnInto(question, kind);
  return question;
}

/** Make it a question of another kind, with what such a question cannot do without. */
export function turnInto(question, kind) {
  question.kind = kind;
  if (kind === "several-of" && !question.none) question.none = "None of these";
  if (kind !== "one-of" && kind !== "several-of") return;
  while (question.options.length < 2) {
    question.options.push(newOption(proposeId("", "option", { taken: question.options.map((option) => option.id) })));
  }
}

/** @param {string} go */
export function newRule(go, when) {
  return { _key: newKey(), otherwise: when === undefined, when: when ?? newGroup([newStatement()]), go };
}

export function newOption(id) {
  return { ...readOption({ id }), _auto: true };
}

export function newOutcome(id, title = "") {
  return { ...readOutcome({ id, title }), actions: [newStatementOfBasis()], _auto: true };
}

export function newRedFlag(id) {
  return { ...readRedFlag({ id }), _auto: true };
}

export function newAddOn(id) {
  return { ...readAddOn({ id }), _auto: true };
}

export function newCase(id, values = {}) {
  return { ...readCase({ ...values, id }), _auto: true };
}

/** An action or a caution. */
export function newStatementOfBasis() {
  return readStatement({});
}

export function newLine() {
  return { _key: newKey(), line: "" };
}

export function newPlannedTree() {
  return readPlannedTree({});
}

// --- Reading -------------------------------------------------------------------------------------------------------

function readQuestion(stored) {
  return {
    ...stored,
    _key: newKey(),
    id: stored.id ?? "",
    text: stored.text ?? "",
    name: stored.name ?? "",
    kind: stored.kind ?? "one-of",
    why: stored.why ?? "",
    hint: stored.hint ?? "",
    citations: list(stored.citations),
    options: list(stored.options).map(readOption),
    coded: list(stored.coded).map(readOption),
    none: stored.none ?? "",
    offers: Boolean(stored.not_known) || !stored.no_not_known,
    not_known: stored.not_known ?? "",
    no_not_known: stored.no_not_known ?? "",
    careful: list(stored.careful),
    quantity: stored.quantity ?? "",
    units: list(stored.units),
    min: text(stored.min),
    max: text(stored.max),
    step: text(stored.step),
    example: text(stored.example),
    asks: stored.asks ?? "clinical",
    order: stored.order ?? "exactly-one",
    setting: stored.setting ?? "",
    next: list(stored.next).map(readRule),
  };
}

function readOption(stored) {
  return { ...stored, _key: newKey(), id: stored.id ?? "", label: stored.label ?? "", hint: stored.hint ?? "" };
}

function readRule(stored) {
  const otherwise = "otherwise" in stored;
  return {
    _key: newKey(),
    otherwise,
    when: readCondition(stored.when),
    go: (otherwise ? stored.otherwise : stored.go) ?? "",
  };
}

function readRedFlag(stored) {
  return {
    ...stored,
    _key: newKey(),
    id: stored.id ?? "",
    when: readCondition(stored.when),
    outcome: stored.outcome ?? "",
  };
}

function readAddOn(stored) {
  return {
    ...stored,
    _key: newKey(),
    id: stored.id ?? "",
    when: readCondition(stored.when),
    title: stored.title ?? "",
    text: stored.text ?? "",
    name: stored.name ?? "",
    kind: stored.kind ?? "do",
    citations: list(stored.citations),
    basis: stored.basis ?? "",
    not_with: list(stored.not_with),
  };
}

const LINES = ["record", "gaps", "signposts"];
const WORDS = ["title", "do_now", "urgency", "urgency_from", "care_reason", "who_decides", "because", "basis"];

function readOutcome(stored) {
  const outcome = { ...stored, _key: newKey(), id: stored.id ?? "", care_level: text(stored.care_level) };
  for (const name of WORDS) outcome[name] = stored[name] ?? "";
  for (const name of LINES) outcome[name] = list(stored[name]).map((line) => ({ _key: newKey(), line: text(line) }));
  for (const name of ["citations", "conflicts", "next_trees", "next_pages"]) outcome[name] = list(stored[name]);
  for (const name of ["actions", "cautions"]) outcome[name] = list(stored[name]).map(readStatement);
  outcome.planned_trees = list(stored.planned_trees).map(readPlannedTree);
  return outcome;
}

function readStatement(stored) {
  return {
    ...stored,
    _key: newKey(),
    text: stored.text ?? "",
    citations: list(stored.citations),
    basis: stored.basis ?? "",
  };
}

function readPlannedTree(stored) {
  return { ...stored, _key: newKey(), title: stored.title ?? "", citations: list(stored.citations) };
}

function readCase(stored) {
  return {
    ...stored,
    _key: newKey(),
    id: stored.id ?? "",
    story: stored.story ?? "",
    answers: { ...stored.answers },
    outcome: stored.outcome ?? "",
    add_ons: list(stored.add_ons),
    why: stored.why ?? "",
    citations: list(stored.citations),
  };
}

/** A draft may lack ids; the editor tells nodes apart by them. */
function nameTheNameless(state) {
  const families = [
    ["question", [...state.tree.questions, ...state.tree.outcomes]],
    ["red-flag", state.tree.red_flags],
    ["add-on", state.tree.add_ons],
    ["case", state.cases],
    ...state.tree.questions.flatMap(({ options, coded }) => [
      ["option", options],
      ["option", coded],
    ]),
  ];
  for (const [kind, nodes] of families) {
    for (const node of nodes) {
      if (node.id) continue;
      const words = node.text || node.title || node.label || "";
      node.id = proposeId(words, kind, { taken: nodes.map(({ id }) => id).filter(Boolean) });
      node._auto = words === "";
    }
  }
}

function list(value) {
  return Array.isArray(value) ? [...value] : [];
}

function text(value) {
  return value === undefined || value === null ? "" : String(value);
}

// --- Writing -------------------------------------------------------------------------------------------------------

/** Without what is the editor's own. */
function plain(piece) {
  return Object.fromEntries(Object.entries(piece).filter(([name]) => !name.startsWith("_")));
}

/** Without empty texts and lists: left out and empty mean the same. */
function filled(piece) {
  return Object.fromEntries(
    Object.entries(piece).filter(([, value]) => !isEmpty(typeof value === "string" ? value.trim() : value)),
  );
}

function isEmpty(value) {
  return value === "" || value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function writeQuestion(question) {
  const { options, coded, next, offers, ...rest } = plain(question);
  const numeric = isNumeric(question);
  const written = { ...rest, next: next.map(writeRule) };
  if (numeric) written.coded = coded.map(writeOption);
  else for (const name of ["quantity", "units", "min", "max", "step", "example", "setting"]) delete written[name];
  if (question.kind === "whole-days") for (const name of ["quantity", "units", "step"]) delete written[name];
  if (question.kind === "one-of" || question.kind === "several-of") written.options = options.map(writeOption);
  if (question.kind !== "several-of") delete written.none;
  delete written[offers ? "no_not_known" : "not_known"];
  const given = new Set(answersOf(question).map(({ id }) => id));
  written.careful = question.careful.filter((id) => given.has(id));
  if (written.asks === "clinical") delete written.asks;
  if (written.order === "exactly-one") delete written.order;
  return filled(written);
}

function writeOption(option) {
  return filled(plain(option));
}

function writeRule({ otherwise, when, go }) {
  return otherwise ? { otherwise: go } : { when: writeCondition(when), go };
}

function writeOutcome(outcome) {
  const written = plain(outcome);
  for (const name of LINES) written[name] = outcome[name].map(({ line }) => line.trim()).filter(Boolean);
  for (const name of ["actions", "cautions", "planned_trees"]) {
    written[name] = outcome[name].map((each) => filled(plain(each)));
  }
  if (/^[0-9]+$/.test(outcome.care_level.trim())) written.care_level = Number(outcome.care_level);
  return filled(written);
}
