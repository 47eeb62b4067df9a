/**
 * Starts the editor in the page's form.
 */

import { Editor } from "./editor.js";

const root = document.querySelector("[data-component='tree-editor']");
if (root !== null) {
  const form = root.closest("form");
  const fields = { document: form.elements.namedItem("document"), cases: form.elements.namedItem("cases") };
  const vocabulary = JSON.parse(document.getElementById("tree-editor-vocabulary").textContent);
  new Editor(root, fields, vocabulary).start();
}
