/**
 * Small windows that ask something before a step: what to delete, what to call a new node.
 */

import { button, elementId, h } from "./dom.js";
import { withLabel } from "./fields.js";

/** @typedef {import("./editor.js").Editor} Editor */

/**
 * Open a window over the page. Escape and "Cancel" close it; the focus goes back to where it was.
 *
 * @param {Editor} editor
 * @param {{title: string, content: Node[], action: string, critical?: boolean, cancel?: string,
 *   run: () => string|(() => void)|void}} window `run` does what the action says; it answers what is wrong, if anything,
 *   or what is still to be done once the window is closed
 */
export function openDialog(editor, { title, content, action, run, critical = false, cancel = "Cancel" }) {
  const heading = h("h2", { id: elementId(), class: "tree-editor__dialog-title" }, title);
  const error = h("p", { class: "error-message tree-editor__error", role: "alert" });
  const act = () => {
    const answer = run();
    if (typeof answer === "string") {
      error.textContent = answer;
      return;
    }
    dialog.close();
    answer?.();
  };
  const go = button(action, act, { classes: critical ? "no" : "" });
  const dialog = h(
    "dialog",
    {
      class: "tree-editor__dialog",
      "aria-labelledby": heading.id,
      onclose: () => dialog.remove(),
      onkeydown: (event) => {
        const line = event.target.matches("input[type=text]");
        if (event.key !== "Enter" || !line) return;
        event.preventDefault();
        act();
      },
    },
    heading,
    content,
    error,
    h(
      "div",
      { class: "tree-editor__row" },
      go,
      button(cancel, () => dialog.close()),
    ),
  );
  editor.root.append(dialog);
  dialog.showModal();
  if (critical) dialog.querySelector(".tree-editor__row button:last-child").focus();
}

/**
 * Ask before something goes that is pointed at; without references it goes at once.
 *
 * @param {Editor} editor
 * @param {{what: string, references: string[], run: () => void}} deletion
 */
export function confirmDeletion(editor, { what, references, run }) {
  if (references.length === 0) {
    run();
    return;
  }
  const list = h(
    "ul",
    { class: "tree-editor__references" },
    references.map((words) => h("li", {}, words)),
  );
  openDialog(editor, {
    title: `Delete ${what}`,
    content: [h("p", {}, "This points at it, and would point at nothing:"), list],
    action: "Delete all the same",
    cancel: "Keep",
    critical: true,
    run: () => run,
  });
}

/**
 * Ask for the words of a new question or outcome.
 *
 * @param {Editor} editor
 * @param {{title: string, label: string, action: string, run: (words: string, kind: string) => void, kinds?: Array}} ask
 */
export function askForWords(editor, { title, label, action, run, kinds }) {
  const input = h("input", { type: "text", autocomplete: "off" });
  const kind = kinds
    ? h(
        "select",
        {},
        kinds.map(([value, words]) => h("option", { value }, words)),
      )
    : null;
  if (kind) kind.value = "one-of";
  openDialog(editor, {
    title,
    content: [
      withLabel({ label, required: true, name: "words" }, input),
      kind ? withLabel({ label: "Kind of answer", name: "kind" }, kind) : null,
    ].filter(Boolean),
    action,
    run: () => {
      const words = input.value.trim();
      if (!words) {
        input.focus();
        return `Write the ${label.toLowerCase()}.`;
      }
      run(words, kind?.value ?? "");
      return undefined;
    },
  });
  input.focus();
}
