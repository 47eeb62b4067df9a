/**
 * Cases: given answers and the outcome they must reach, with what came out, what no case reaches yet, and which small
 * wrong edits the cases would not catch.
 */

import { answersInWords } from "./case_words.js";
import { button, counted, h, icon } from "./dom.js";
import { checkboxes, checkboxesField, citationsField, note, select, textField, withLabel } from "./fields.js";
import { idFor, nodeIdField, settleName } from "./naming.js";
import { anchorOf, nodeList } from "./node_panel.js";
import { newCase } from "./state.js";
import {
  answersOf,
  isNumeric,
  optionsOf,
  outcomeOf,
  questionOf,
  quantityOf,
  titleOf,
  unitsOfQuestion,
} from "./tree.js";
import { unitsOf } from "./units.js";
import { askedOnTheWay, isAnswered } from "./way.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} editor */
export function casesSection(editor) {
  const { store, vocabulary } = editor;
  return h(
    "div",
    {},
    h(
      "p",
      { class: "help" },
      "A case is an invented person: answers, and the outcome they must reach. " +
        "A tree is published only when every case passes and none is missing.",
    ),
    nodeList(editor, {
      kind: "case",
      add: "Add case",
      empty: "No cases yet.",
      make: () => newCase(idFor(store.state, vocabulary, "case", "")),
      form: (key) => caseForm(editor, key),
      aside: (key) => verdictBadge(editor, key),
    }),
    missingCases(editor),
    wrongEdits(editor),
  );
}

function verdictOf(editor, key) {
  const each = editor.store.find(key);
  return each && editor.check.answer?.cases[each.id];
}

function verdictBadge(editor, key) {
  const badge = h("span", { class: "tree-editor__verdict" });
  const shape = () => verdictOf(editor, key)?.passed ?? null;
  return editor.view.swap(badge, shape, () => {
    if (shape() === null) return [];
    return shape() ? [icon("success"), "Passed"] : [icon("cross"), "Failed"];
  });
}

function caseForm(editor, key) {
  const { store, view } = editor;
  const each = () => store.find(key);
  const verdict = h("div", { "aria-live": "polite" });
  view.swap(
    verdict,
    () => verdictOf(editor, key) ?? null,
    () => verdictNote(verdictOf(editor, key)),
  );
  return [
    verdict,
    textField(editor, {
      key,
      name: "story",
      label: "Story",
      rows: 2,
      help: "One or two sentences about an invented person, in general words. Learners read it.",
      onchange: () => settleName(editor, key),
    }),
    h("h4", { class: "tree-editor__heading" }, "Answers"),
    answersEditor(editor, key),
    h("h4", { class: "tree-editor__heading" }, "What must come out"),
    withLabel(
      { label: "Outcome", name: "outcome", required: true },
      select(editor, {
        options: () => [
          ["", "Choose…"],
          ...store.tree.outcomes.map((outcome) => [outcome.id, titleOf("outcome", outcome)]),
        ],
        value: () => each()?.outcome ?? "",
        pick: (id) => store.change("edit “Outcome”", () => (each().outcome = id)),
      }),
    ),
    checkboxesField(editor, {
      key,
      name: "add_ons",
      label: "Added advice, exactly this",
      choices: () => store.tree.add_ons.map((advice) => [advice.id, titleOf("add-on", advice)]),
      none: "The tree has no added advice.",
    }),
    textField(editor, {
      key,
      name: "why",
      label: "Why",
      rows: 1,
      help: "One sentence: why this is the right outcome.",
    }),
    citationsField(editor, { key, name: "citations", label: "Citations of the case" }),
    nodeIdField(editor, "case", key),
  ];
}

function verdictNote(verdict) {
  if (verdict === undefined || verdict.passed) return [];
  return note(
    "critical",
    h("p", {}, h("strong", {}, "Failed: "), "the tree does not give what the case expects."),
    h(
      "ul",
      {},
      verdict.differences.map((difference) => h("li", {}, difference)),
    ),
  );
}

/** The questions on the way with their inputs, and answers that are given besides. */
function answersEditor(editor, key) {
  const { store, view, vocabulary } = editor;
  const answers = () => store.find(key)?.answers ?? {};
  const asked = () => askedOnTheWay(store.tree, answers(), vocabulary);
  const extra = () => Object.keys(answers()).filter((id) => !asked().includes(id));
  const list = h("div", { class: "tree-editor__answers-given" });
  // A question of another kind has another input.
  const item = (id) => `${id}/${questionOf(store.tree, id)?.kind}`;
  view.list(list, asked, item, (made) => answerField(editor, key, made.slice(0, made.lastIndexOf("/"))));
  const none = h("p", { class: "tree-editor__none" }, "The tree has no first question yet.");
  const end = h("p", { class: "tree-editor__none" }, "All questions on the way are answered.");
  view.watch(none, () => {
    none.hidden = asked().length > 0;
  });
  view.watch(end, () => {
    end.hidden = asked().length === 0 || !isAnswered(answers()[asked().at(-1)]);
  });
  const besides = h("div", { class: "tree-editor__answers-given" });
  view.list(besides, extra, item, (made) => {
    const id = made.slice(0, made.lastIndexOf("/"));
    const remove = button("Remove this answer", () => {
      store.change("remove answer", () => delete answers()[id]);
    });
    return h(
      "div",
      { class: "tree-editor__piece" },
      h("p", { class: "help" }, "Not asked on this way."),
      answerField(editor, key, id),
      remove,
    );
  });
  return h("div", {}, none, list, end, besides, anotherAnswer(editor, key, asked));
}

/** A list of the questions not asked on this way, to answer one all the same. */
function anotherAnswer(editor, key, asked) {
  const { store, view } = editor;
  const left = () =>
    store.tree.questions.filter(({ id }) => !asked().includes(id) && !(id in (store.find(key)?.answers ?? {})));
  const list = select(editor, {
    label: "Question to answer besides",
    options: () => [
      ["", "Choose a question…"],
      ...left().map((question) => [question.id, titleOf("question", question)]),
    ],
    value: () => "",
    pick: () => {},
  });
  const add = button(
    "Add another answer",
    () => {
      const id = list.value;
      if (id) store.change("add answer", () => (store.find(key).answers[id] = ""));
    },
    { icon: "plus" },
  );
  const row = h("div", { class: "tree-editor__row" }, list, add);
  return view.watch(row, () => {
    row.hidden = left().length === 0;
  });
}

function answerField(editor, key, id) {
  const { store, view } = editor;
  const question = questionOf(store.tree, id);
  const answer = () => store.find(key)?.answers[id];
  const label = view.text(h("span", {}), () => {
    const now = questionOf(store.tree, id);
    return now ? titleOf("question", now) : `No longer there: ${id}`;
  });
  const write = (value, typing = false) =>
    store.change(
      "edit answer",
      () => {
        const { answers } = store.find(key);
        if (isAnswered(value) || typing) answers[id] = value;
        else delete answers[id];
      },
      { merge: typing ? `${key}.${id}` : "" },
    );
  const input = answerInput(editor, id, question, answer, write);
  return h(
    "fieldset",
    { class: "w-field__wrapper", "data-question": id },
    h("legend", { class: "w-field__label" }, label),
    input,
  );
}

function answerInput(editor, id, question, answer, write) {
  if (question === undefined) return h("p", { class: "tree-editor__none" }, "The tree no longer asks this.");
  if (question.kind === "several-of") return severalInput(editor, id, answer, write);
  return isNumeric(question) ? numberInput(editor, id, answer, write) : oneInput(editor, id, answer, write);
}

function answerChoices(editor, id) {
  const question = questionOf(editor.store.tree, id);
  return question ? answersOf(question).map((each) => [each.id, each.label]) : [];
}

function oneInput(editor, id, answer, write) {
  return select(editor, {
    label: "Answer",
    options: () => [["", "Choose…"], ...answerChoices(editor, id)],
    value: () => (typeof answer() === "string" ? answer() : ""),
    pick: write,
  });
}

/** "None of these" and "not known" exclude the others. */
function severalInput(editor, id, answer, write) {
  const ticked = () => (Array.isArray(answer()) ? answer() : [answer()].filter(Boolean));
  return checkboxes(editor, {
    choices: () => answerChoices(editor, id),
    ticked,
    pick: (ids) => {
      const question = questionOf(editor.store.tree, id);
      const alone = (each) => !optionsOf(question).some((option) => option.id === each);
      const added = ids.find((each) => !ticked().includes(each));
      const kept = added === undefined ? ids : alone(added) ? [added] : ids.filter((each) => !alone(each));
      write(kept[0] === "not-known" ? "not-known" : kept);
    },
  });
}

function numberInput(editor, id, answer, write) {
  const { store, view, vocabulary } = editor;
  const question = () => questionOf(store.tree, id);
  const amount = () => {
    const given = answer();
    if (given !== null && typeof given === "object" && !Array.isArray(given)) return given;
    const coded = answerChoices(editor, id).some(([each]) => each === given);
    return coded || given === undefined || given === ""
      ? null
      : { value: String(given), unit: unitsOfQuestion(question())[0] };
  };
  const kind = select(editor, {
    label: "Answer",
    options: () => [
      ["", "Choose…"],
      ["number", "A number"],
      ...answerChoices(editor, id).map(([each, words]) => [`coded ${each}`, words]),
    ],
    value: () => (amount() ? "number" : answer() ? `coded ${answer()}` : ""),
    pick: (value) => {
      if (value === "number") write({ value: "", unit: unitsOfQuestion(question())[0] ?? "" }, true);
      else write(value.replace("coded ", ""));
    },
  });
  const value = h("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": "Number",
    size: 6,
    oninput: () => write({ ...amount(), value: value.value }, true),
  });
  view.watch(value, () => {
    const now = amount()?.value ?? "";
    if (value.value !== now) value.value = now;
  });
  const unit = select(editor, {
    label: "Unit",
    options: () =>
      question() ? unitsOf(quantityOf(question()), vocabulary).map(({ id: each, symbol }) => [each, symbol]) : [],
    value: () => amount()?.unit ?? "",
    pick: (each) => write({ ...amount(), unit: each }),
  });
  unit.classList.add("tree-editor__unit");
  const number = h("div", { class: "tree-editor__row" }, value, unit);
  view.watch(number, () => {
    number.hidden = amount() === null;
  });
  return h("div", { class: "tree-editor__row" }, kind, number);
}

// --- What the cases leave out --------------------------------------------------------------------------------------

function missingCases(editor) {
  const proposals = () => editor.check.answer?.proposals ?? [];
  const box = h("div", { class: "tree-editor__missing" });
  const shape = () => proposals().map((proposal) => [proposal, whatItIs(editor, proposal.case)]);
  editor.view.swap(box, shape, () => {
    if (proposals().length === 0) return [];
    return [
      h("h3", { class: "tree-editor__heading" }, "Missing cases"),
      h("p", { class: "help" }, "Each is proposed with answers. Write its story, and say why it is right."),
      ...proposalList(editor, proposals(), "missing cases"),
    ];
  });
  return box;
}

/**
 * Proposed cases, each with a button that adds it, and one that adds them all.
 *
 * @param {Editor} editor
 * @param {Array<{reason: string, case: object, fills: string[]}>} proposals
 * @param {string} called what they are, for the button that adds all
 * @param {(left: object[]) => void} [onAdded] told of those that were not added
 */
function proposalList(editor, proposals, called, onAdded) {
  const { store, vocabulary } = editor;
  const addAll = (label, chosen) => {
    const added = [];
    store.change(label, () => {
      for (const { case: proposed } of chosen) {
        const { id, ...values } = proposed;
        const made = { ...newCase(id, values), _auto: false };
        if (store.cases.some((each) => each.id === id))
          made.id = idFor(store.state, vocabulary, "case", id.replaceAll("-", " "));
        store.cases.push(made);
        added.push(made);
      }
    });
    editor.settle();
    editor.show(added[0]._key);
    onAdded?.(proposals.filter((each) => !chosen.includes(each)));
  };
  const lines = (said) => said.map(([label, words]) => h("div", {}, h("dt", {}, label), h("dd", {}, words)));
  const items = proposals.map((proposal) => {
    const add = button("Add this case", () => addAll("add proposed case", [proposal]), {
      icon: "plus",
      name: `Add this case: ${proposal.reason}`,
    });
    const told = h("dl", {}, lines(whatItIs(editor, proposal.case)));
    const fills = proposal.fills.length > 0 ? JSON.stringify(proposal.fills) : null;
    return h("li", { "data-fills": fills }, h("div", {}, proposal.reason, told), add);
  });
  const every = button(`Add all ${items.length}`, () => addAll("add proposed cases", proposals), {
    icon: "plus",
    name: `Add all ${items.length} ${called}`,
  });
  return [items.length > 1 ? every : null, h("ul", { class: "tree-editor__proposals" }, items)];
}

/** The answers of a proposed case and what comes out, each with its label. */
function whatItIs({ store, vocabulary }, { answers, outcome, add_ons: ids }) {
  const { tree } = store;
  const advice = tree.add_ons.filter(({ id }) => ids.includes(id)).map((each) => titleOf("add-on", each));
  const reached = outcomeOf(tree, outcome);
  return [
    ...answersInWords(answers, tree, vocabulary).map(([question, words]) => [titleOf("question", question), words]),
    ["Outcome", reached ? titleOf("outcome", reached) : outcome],
    ...(advice.length > 0 ? [["Added advice", advice.join(" · ")]] : []),
  ];
}

function wrongEdits(editor) {
  const result = h("div", { "aria-live": "polite" });
  const run = button(
    "Try small wrong edits",
    async () => {
      // It keeps the focus, which a disabled button loses.
      if (run.getAttribute("aria-disabled") === "true") return;
      run.setAttribute("aria-disabled", "true");
      result.replaceChildren(h("p", {}, "Trying…"));
      const report = await editor.check.mutations().catch(() => null);
      run.removeAttribute("aria-disabled");
      const silence = note("critical", h("p", {}, "The server did not answer. Try again in a moment."));
      result.replaceChildren(...(report ? mutationReport(editor, report) : [silence]));
    },
    { icon: "rotate" },
  );
  return h(
    "div",
    { class: "tree-editor__wrong-edits" },
    h("h3", { class: "tree-editor__heading" }, "Small wrong edits"),
    h(
      "p",
      { class: "help" },
      "Changes the tree slightly, one place at a time, and says which mistakes no case would catch.",
    ),
    run,
    result,
  );
}

function mutationReport(editor, { score, total, survivors, proposals, message }) {
  if (message) return [h("p", {}, message)];
  if (total === 0) return [h("p", {}, "There was nothing to try: no small edit of this tree would be sound.")];
  const tried = `${counted(total, "small wrong edit")} tried.`;
  if (survivors.length === 0) {
    const words = `${tried} None that changes a result could be published: the cases or the proof would stop it.`;
    return [note("success", h("p", {}, words))];
  }
  const percent = Math.floor(score * 100);
  const items = survivors.map(({ kind, node, rule, description }) => {
    const place = rule === null ? "" : `/next/${rule}`;
    return h("li", {}, editor.linkTo({ kind, node, anchor: anchorOf(kind, node) + place, words: description }));
  });
  return [
    h("p", {}, `${tried} Of those that the cases have to stop, they stop ${percent} %. No case would catch these:`),
    h("ul", { class: "tree-editor__list" }, items),
    noticingCases(editor, proposals),
  ];
}

/** Cases that would notice what the others let through. The tree can be published without them. */
function noticingCases(editor, proposals) {
  const box = h("div", {});
  const draw = (left) => {
    if (left.length === 0) return box.replaceChildren();
    const help = "The tree can be published without them. Write the story of each that you add, and say why it is right.";
    const parts = [
      h("h4", { class: "tree-editor__heading" }, "Cases that would catch them"),
      h("p", { class: "help" }, help),
      ...proposalList(editor, left, "cases that would catch them", draw),
    ];
    return box.replaceChildren(...parts.filter(Boolean));
  };
  draw(proposals);
  return box;
}
