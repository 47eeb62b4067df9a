/**
 * Making two of one: a rule by an answer or at a number, a question by its answers (`question_splitting.js` does that),
 * an outcome by the rules that lead to it.
 */

import { copyOfNode } from "./copies.js";
import { joined, newGroup, newStatement, saying } from "./conditions.js";
import { openDialog } from "./dialogs.js";
import { elementId, h } from "./dom.js";
import { withLabel } from "./fields.js";
import { rekeyed } from "./keys.js";
import { splitQuestionOf, splitRefusal } from "./question_splitting.js";
import { newRule } from "./state.js";
import {
  answersOf,
  askedBefore,
  isAlwaysAskedBefore,
  isNumeric,
  leadingTo,
  optionsOf,
  questionOf,
  quantityOf,
  titleOf,
  unitsOfQuestion,
} from "./tree.js";
import { isDecimal, unitsOf } from "./units.js";

/** @typedef {import("./editor.js").Editor} Editor */

/**
 * What the two rules ask besides what the one asked, so that one of them holds wherever the one did and never both.
 *
 * @param {object} question
 * @param {{options?: string[], value?: string, unit?: string, test?: string, othersFirst?: boolean}} chosen
 * @param {boolean} certain whether the question is always asked by then
 * @returns {[object, object]} two rows of a condition
 */
export function halves(question, chosen, certain) {
  const first = isNumeric(question) ? numberHalf(question, chosen) : saying(question, chosen.options);
  if (!certain) return [first, { ...rekeyed(first), not: true }];
  if (isNumeric(question)) {
    const opposite = { below: "at-least", "at-most": "above" }[chosen.test];
    return [first, numberHalf(question, { ...chosen, test: opposite, othersFirst: !chosen.othersFirst })];
  }
  if (question.kind === "several-of") return [first, { ...rekeyed(first), not: true }];
  const rest = answersOf(question)
    .map(({ id }) => id)
    .filter((id) => !chosen.options.includes(id));
  return [first, saying(question, rest)];
}

function numberHalf(question, { value, unit, test, othersFirst }) {
  const number = { ...newStatement(question), test, value, unit };
  const others = answersOf(question).map(({ id }) => id);
  if (!othersFirst || others.length === 0) return number;
  const coded = { ...newStatement(question), test: others.length === 1 ? "is" : "any-of", options: others };
  return newGroup([number, coded], "any");
}

/**
 * @param {Editor} editor
 * @param {string} questionKey
 * @param {string} ruleKey
 */
export function splitRule(editor, questionKey, ruleKey) {
  const { store } = editor;
  const owner = store.find(questionKey);
  const before = askedBefore(store.tree, owner.id);
  const readable = store.tree.questions.filter(({ id }) => id === owner.id || before.has(id));
  const question = h("select", { onchange: () => show() });
  question.append(...readable.map((each) => h("option", { value: each.id }, titleOf("question", each))));
  question.value = owner.id;
  const box = h("div", {});
  let parts;
  const show = () => {
    parts = partsFor(editor, questionOf(store.tree, question.value));
    box.replaceChildren(...parts.content);
  };
  show();
  openDialog(editor, {
    title: "Split the rule in two",
    content: [
      h("p", {}, "Both rules lead where the rule led. Change one of them afterwards."),
      withLabel({ label: "By the answer to", name: "question" }, question),
      box,
    ],
    action: "Split rule",
    run: () => {
      const by = questionOf(store.tree, question.value);
      const { wrong, chosen } = parts.read();
      if (wrong) return wrong;
      const [first, second] = halves(by, chosen, isAlwaysAskedBefore(store.tree, by.id, owner.id));
      store.change("split rule", () => {
        const { next } = store.find(questionKey);
        const place = next.findIndex((rule) => rule._key === ruleKey);
        const rule = next[place];
        const made = newRule(rule.go, joined(rule.otherwise ? undefined : rule.when, first));
        if (!rule.otherwise) rule.when = joined(rule.when, second);
        next.splice(place, 0, made);
      });
      return undefined;
    },
  });
}

/** The inputs of the window for one question, and how they are read. */
function partsFor(editor, question) {
  return isNumeric(question) ? numberParts(editor, question) : optionParts(question);
}

function optionParts(question) {
  const several = question.kind === "several-of";
  const answers = several ? optionsOf(question) : answersOf(question);
  const boxes = answers.map(({ id, label }) => {
    const input = h("input", { type: "checkbox", value: id });
    return [input, h("label", { class: "tree-editor__box" }, input, h("span", {}, label || id))];
  });
  const label = several ? "The first rule holds when the answer includes any of" : "The first rule holds for";
  const list = h(
    "div",
    { class: "tree-editor__boxes" },
    boxes.map(([, element]) => element),
  );
  return {
    content: [
      withLabel({ label, help: "The second rule holds for the rest.", name: "options" }, list, { group: true }),
    ],
    read: () => {
      const options = boxes.filter(([input]) => input.checked).map(([input]) => input.value);
      if (options.length === 0) return { wrong: "Tick at least one answer for the first rule." };
      if (!several && options.length === answers.length)
        return { wrong: "Leave at least one answer for the second rule." };
      return { chosen: { options } };
    },
  };
}

function numberParts(editor, question) {
  const tests = [
    ["below", "is below"],
    ["at-most", "is at most"],
  ];
  const test = h(
    "select",
    {},
    tests.map(([value, words]) => h("option", { value }, words)),
  );
  const value = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", id: elementId() });
  const units = unitsOf(quantityOf(question), editor.vocabulary);
  const unit = h(
    "select",
    {},
    units.map(({ id, symbol }) => h("option", { value: id }, symbol)),
  );
  [unit.value = ""] = unitsOfQuestion(question);
  const others = h("select", {}, [
    h("option", { value: "second" }, "The second rule"),
    h("option", { value: "first" }, "The first rule"),
  ]);
  const content = [
    withLabel({ label: "The first rule holds when the number", name: "test" }, test),
    withLabel({ label: "Number", required: true, name: "value" }, value),
    withLabel({ label: "Unit", name: "unit" }, unit),
  ];
  const labels = answersOf(question).map(({ label }) => `“${label}”`);
  if (labels.length > 0) {
    content.push(
      withLabel({ label: `Answers that are no number (${labels.join(", ")}) go with`, name: "others" }, others),
    );
  }
  return {
    content,
    read: () => {
      if (!isDecimal(value.value)) return { wrong: "Enter the number at which to split, such as 0.35." };
      const chosen = {
        test: test.value,
        value: value.value.trim(),
        unit: unit.value,
        othersFirst: others.value === "first",
      };
      return { chosen };
    },
  };
}

/**
 * @param {Editor} editor
 * @param {string} key
 */
export function splitQuestion(editor, key) {
  const { store, vocabulary } = editor;
  const question = store.find(key);
  const refusal = splitRefusal(store.state, question);
  if (refusal) {
    openDialog(editor, {
      title: "The question cannot be split",
      content: [h("p", {}, refusal.words)],
      action: "Go there",
      cancel: "Close",
      run: () => () => editor.show(refusal.key, refusal.key === key ? "kind" : ""),
    });
    return;
  }
  const boxes = question.options.map(({ id, label }) => {
    const input = h("input", { type: "checkbox", value: id });
    return [input, h("label", { class: "tree-editor__box" }, input, h("span", {}, label || id))];
  });
  const list = h(
    "div",
    { class: "tree-editor__boxes" },
    boxes.map(([, element]) => element),
  );
  const text = h("input", { type: "text", autocomplete: "off" });
  const label = h("input", { type: "text", autocomplete: "off" });
  label.value = "Something else";
  const notKnown = question.offers
    ? ` “${question.not_known || "Not known"}” is offered in both, and leads the same way from both.`
    : "";
  openDialog(editor, {
    title: "Split the question in two",
    content: [
      h("p", {}, `Whatever people answer, result and added advice stay as they are.${notKnown}`),
      withLabel(
        {
          label: "Answers that the second question asks",
          help:
            "They keep their ids and their marks of the careful direction. " +
            "The answer that leads to them is marked where all of them are.",
          name: "options",
        },
        list,
        { group: true },
      ),
      withLabel({ label: "Second question", required: true, name: "text" }, text),
      withLabel({ label: "Answer to the first question that leads to it", required: true, name: "label" }, label),
    ],
    action: "Split question",
    run: () => {
      const options = boxes.filter(([input]) => input.checked).map(([input]) => input.value);
      const wanted = { key, options, text: text.value.trim(), label: label.value.trim() };
      const wrong = wrongInSplit(question, wanted);
      if (wrong) return wrong;
      const made = splitQuestionOf(store.state, vocabulary, wanted);
      if (made.refused) return made.refused.words;
      store.change("split question", (state) => Object.assign(state, made.state));
      editor.settle();
      return () => editor.show(made.key);
    },
  });
}

/** What is still to be said before a question can be split, or nothing. */
function wrongInSplit(question, { options, text, label }) {
  const left = question.options.filter(({ id }) => !options.includes(id));
  if (options.length < 2) return "Tick at least two answers for the second question.";
  if (left.length === 0) return "Leave at least one answer to the first question.";
  if (!text) return "Write the second question.";
  if (!label) return "Write the answer that leads to the second question.";
  if (answersOf(question).some((each) => each.label === label && !options.includes(each.id)))
    return `The first question has an answer “${label}” already. Write another.`;
  return "";
}

/**
 * @param {Editor} editor
 * @param {string} key
 */
export function splitOutcome(editor, key) {
  const { store } = editor;
  const outcome = store.find(key);
  const title = h("input", { type: "text", autocomplete: "off" });
  title.value = `${outcome.title} (copy)`;
  const leading = leadingTo(store.tree, outcome.id);
  const boxes = leading.map(([each, words]) => {
    const input = h("input", { type: "checkbox", value: each });
    return [input, h("label", { class: "tree-editor__box" }, input, h("span", {}, words))];
  });
  const list = boxes.length
    ? h(
        "div",
        { class: "tree-editor__boxes" },
        boxes.map(([, element]) => element),
      )
    : h("p", {}, "No rule leads here yet.");
  openDialog(editor, {
    title: "Split the outcome in two",
    content: [
      withLabel({ label: "Title of the copy", required: true, name: "title" }, title),
      withLabel({ label: "What leads to the copy from now on", name: "leading" }, list, { group: true }),
    ],
    action: "Split outcome",
    run: () => {
      if (!title.value.trim()) return "Write the title of the copy.";
      const copy = copyOfNode(store.state, editor.vocabulary, "outcome", store.find(key));
      copy.title = title.value.trim();
      store.change("split outcome", ({ tree }) => {
        tree.outcomes.splice(tree.outcomes.findIndex((each) => each._key === key) + 1, 0, copy);
        for (const [input] of boxes) {
          if (!input.checked) continue;
          const piece = store.find(input.value);
          piece["go" in piece ? "go" : "outcome"] = copy.id;
        }
      });
      editor.settle();
      return () => editor.show(copy._key);
    },
  });
}
