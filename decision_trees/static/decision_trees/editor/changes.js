/**
 * What publishing the tree as it stands would change for readers.
 */

import { counted, h } from "./dom.js";
import { note } from "./fields.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} editor */
export function changesSection(editor) {
  const { check, view } = editor;
  const box = h("div", { class: "tree-editor__changes", "aria-live": "polite" });
  const shape = () => [check.answer === null, check.answer?.readable, check.answer?.changes];
  return view.swap(box, shape, () => {
    if (check.answer === null) return h("p", {}, "Not checked yet.");
    const { changes } = check.answer;
    if (changes) return report(editor, changes);
    const words = check.answer.readable
      ? "No version is published yet. Once one is, this page says which results an edit changes."
      : "The tree cannot be compared while parts of it cannot be read. Mend the findings first.";
    return h("p", {}, words);
  });
}

function report(editor, changes) {
  return [
    h("p", { class: "tree-editor__lead" }, changes.message ?? summary(changes)),
    ...changes.groups.map(groupOf),
    changes.failing_cases.length > 0 ? failing(editor, changes.failing_cases) : null,
    changes.read_again.length > 0 ? readAgain(editor, changes.read_again) : null,
    changes.asked_otherwise.length > 0 ? askedOtherwise(editor, changes.asked_otherwise) : null,
    changes.nodes.length > 0 ? wording(editor, changes.nodes) : null,
    mentions(changes.mentions),
  ];
}

function summary({ against, total, changed, advice_changed: advice }) {
  const of = `of ${counted(total, "combination")}, against version ${against}`;
  if (changed === 0 && advice === 0)
    return `Changes no result: ${counted(total, "combination")} compared with version ${against}.`;
  const parts = [];
  if (changed > 0) parts.push(`the result for ${changed.toLocaleString("en-GB")}`);
  if (advice > 0) parts.push(`only the added advice for ${advice.toLocaleString("en-GB")}`);
  return `Changes ${parts.join(", and ")} ${of}.`;
}

function groupOf(group) {
  const title = `${counted(group.count, "combination")}: ${movement(group)}`;
  return h(
    "section",
    { class: "tree-editor__piece" },
    h("h3", { class: "tree-editor__piece-title" }, title),
    h(
      "ul",
      { class: "tree-editor__list" },
      group.regions.map((region) => h("li", {}, region)),
    ),
  );
}

function movement({ before, after, advice_added: added, advice_dropped: dropped }) {
  if (added.length === 0 && dropped.length === 0) return `from “${before}” to “${after}”`;
  const parts = [];
  if (added.length > 0) parts.push(`with “${added.join("”, “")}”`);
  if (dropped.length > 0) parts.push(`without “${dropped.join("”, “")}”`);
  return `“${after}” ${parts.join(" and ")}`;
}

/** What is written differently: an edit that changes no result may still say the opposite. */
function wording(editor, nodes) {
  const items = nodes.map(({ kind, node, title, what, details }) => {
    const name = what === "taken out" ? title : editor.linkTo({ kind, node, words: what });
    const texts = details.map(({ label, before, after }) =>
      h("li", {}, `${label}: `, before ? h("del", {}, before) : null, " ", after ? h("ins", {}, after) : null),
    );
    const labels = [...new Set(details.map(({ label }) => label))].join(", ");
    const more = h("details", {}, h("summary", {}, labels), h("ul", {}, texts));
    return h("li", {}, name, what === "taken out" ? ` – ${what}` : null, what === "changed" ? more : null);
  });
  return h(
    "section",
    { class: "tree-editor__wording" },
    h("h3", { class: "tree-editor__heading" }, "What is written differently"),
    h("ul", { class: "tree-editor__list" }, items),
  );
}

function failing(editor, cases) {
  return note(
    "critical",
    h(
      "p",
      {},
      h("strong", {}, `${counted(cases.length, "case")} would fail: `),
      "change the case, or think again about the edit.",
    ),
    h(
      "ul",
      {},
      cases.map(({ case: node, differences }) =>
        h("li", {}, editor.linkTo({ kind: "case", node, words: differences })),
      ),
    ),
  );
}

/** Texts that name a number which the rules no longer name: no proof reads words. */
function readAgain(editor, texts) {
  return note(
    "info",
    h(
      "p",
      {},
      h("strong", {}, "Read these texts again: "),
      "they name a number that a rule named before this edit, and no rule names now.",
    ),
    h(
      "ul",
      {},
      texts.map(({ kind, node, text }) => h("li", {}, editor.linkTo({ kind, node, words: text }))),
    ),
  );
}

/** Questions in other words: answers are compared by what they stand for, and no proof knows what a person reads. */
function askedOtherwise(editor, questions) {
  const items = questions.map(({ node, cases }) => {
    const called = cases.length > 0 ? `${counted(cases.length, "case")} to read again` : "no case answers it";
    const links = cases.map((id) => h("li", {}, editor.linkTo({ kind: "case", node: id, words: "read again" })));
    const more = cases.length > 0 ? h("details", {}, h("summary", {}, "Which cases"), h("ul", {}, links)) : null;
    return h("li", {}, editor.linkTo({ kind: "question", node, words: called }), more);
  });
  return note(
    "info",
    h(
      "p",
      {},
      h("strong", {}, "These questions ask in other words: "),
      "the result for an answer is compared, not who would give it. Would the person of each case still answer so?",
    ),
    h("ul", {}, items),
  );
}

function mentions(pages) {
  const title = h("h3", { class: "tree-editor__heading" }, "Pages and steps that mention this tree");
  if (pages.length === 0) return h("section", {}, title, h("p", {}, "None."));
  const items = pages.map(({ kind, title: words, url, case: id, case_is_gone: isGone }) =>
    h(
      "li",
      {},
      `${kind}: `,
      h("a", { href: url, target: "_blank", rel: "noreferrer" }, words),
      id ? ` – with the case “${id}”` : null,
      isGone ? h("strong", {}, ", which is no longer here") : null,
    ),
  );
  return h("section", {}, title, h("ul", { class: "tree-editor__list" }, items));
}
