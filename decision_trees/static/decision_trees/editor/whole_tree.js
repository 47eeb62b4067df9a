/**
 * What concerns the tree as a whole: where it begins and what it rests on.
 */

import { h } from "./dom.js";
import { citationsField, select, withLabel } from "./fields.js";
import { findingNotes } from "./node_panel.js";
import { titleOf } from "./tree.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} editor */
export function wholeTreeSection(editor) {
  const { store } = editor;
  const found = () => (editor.check.answer?.findings ?? []).filter(({ kind }) => kind === "tree");
  const first = select(editor, {
    options: () => [
      ["", "Choose…"],
      ...store.tree.questions.map((question) => [question.id, titleOf("question", question)]),
    ],
    value: () => store.tree.start,
    pick: (id) => store.change("edit “First question”", ({ tree }) => (tree.start = id)),
  });
  return h(
    "div",
    {},
    findingNotes(editor, found),
    withLabel({ label: "First question", name: "start", required: true, help: "Every journey begins with it." }, first),
    citationsField(editor, {
      name: "citations",
      label: "Citations of the tree",
      help: "What the tree as a whole rests on.",
    }),
  );
}
