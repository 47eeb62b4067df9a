/**
 * Red flags, which win over the path, and added advice, which joins whatever outcome is reached.
 */

import { conditionBuilder } from "./condition_builder.js";
import { h } from "./dom.js";
import { checkboxesField, citationsField, selectField, textField } from "./fields.js";
import { idFor, nodeIdField, settleName } from "./naming.js";
import { nodeList } from "./node_panel.js";
import { targetPicker } from "./rules.js";
import { newAddOn, newRedFlag } from "./state.js";
import { titleOf } from "./tree.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** @param {Editor} editor */
export function redFlagsSection(editor) {
  const { store, vocabulary } = editor;
  return nodeList(editor, {
    kind: "red-flag",
    add: "Add red flag",
    empty: "No red flags. One is a condition that is looked at after every answer and leads to an outcome at once.",
    make: () => newRedFlag(idFor(store.state, vocabulary, "red-flag", "")),
    form: (key) => [
      h("h4", { class: "tree-editor__heading" }, "When it is raised"),
      conditionBuilder(editor, { key, lead: "At any point, when" }),
      targetPicker(editor, {
        label: "Go to",
        value: () => store.find(key)?.outcome ?? "",
        write: (id) => (store.find(key).outcome = id),
        outcomesOnly: true,
      }),
      nodeIdField(editor, "red-flag", key),
    ],
  });
}

/** @param {Editor} editor */
export function addedAdviceSection(editor) {
  const { store, vocabulary } = editor;
  return nodeList(editor, {
    kind: "add-on",
    add: "Add advice",
    empty: "No added advice. It joins whatever outcome is reached when its condition holds.",
    make: () => newAddOn(idFor(store.state, vocabulary, "add-on", "")),
    form: (key) => [
      textField(editor, {
        key,
        name: "title",
        label: "Title",
        required: true,
        onchange: () => settleName(editor, key),
      }),
      textField(editor, { key, name: "text", label: "Text", required: true, rows: 2, help: "One or two sentences." }),
      h(
        "div",
        { class: "tree-editor__columns" },
        selectField(editor, { key, name: "kind", label: "Kind", required: true, choices: vocabulary.adviceKinds }),
        selectField(editor, {
          key,
          name: "basis",
          label: "Basis",
          required: true,
          blank: "Choose…",
          choices: vocabulary.bases,
        }),
      ),
      h("h4", { class: "tree-editor__heading" }, "When it joins"),
      conditionBuilder(editor, { key, lead: "Joins when" }),
      checkboxesField(editor, {
        key,
        name: "not_with",
        label: "Outcomes it does not join",
        choices: () => store.tree.outcomes.map((outcome) => [outcome.id, titleOf("outcome", outcome)]),
        none: "No outcomes yet.",
      }),
      citationsField(editor, { key, name: "citations", label: "Citations of the advice" }),
      nodeIdField(editor, "add-on", key),
    ],
  });
}
