/**
 * The map of the tree, as the server draws it once the findings are there. A node on it opens its form.
 */

import { button, h, iconButton } from "./dom.js";

/** @typedef {import("./editor.js").Editor} Editor */

const STEPS = [0.25, 0.35, 0.5, 0.7, 1, 1.4, 2];

/** Smaller than this, words cannot be made out: what does not fit is reached by scrolling, or on the large map. */
const LEGIBLE = 0.45;

const BEHIND = "The map could not be drawn. It may show the tree as it was, and is drawn again with the next change.";

/** @param {Editor} editor */
export function mapPane(editor) {
  const small = drawing(editor);
  const large = button("Show the map large", () => showLarge(editor), { icon: "expand-right" });
  const none = h(
    "p",
    { class: "tree-editor__none" },
    "The map is drawn as soon as the first question leads somewhere.",
  );
  editor.view.watch(none, () => {
    none.hidden = Boolean(editor.check.map);
    large.hidden = !none.hidden;
  });
  const behind = h("p", { class: "tree-editor__none", role: "status" });
  editor.view.text(behind, () => (editor.check.mapState === "failed" ? BEHIND : ""));
  return h(
    "section",
    { class: "tree-editor__map-pane", "aria-label": "Map of the tree" },
    h(
      "div",
      { class: "tree-editor__map-head" },
      h("h2", { class: "tree-editor__pane-title" }, "Map"),
      small.controls,
      large,
    ),
    none,
    behind,
    small.frame,
  );
}

/** A drawing that follows the check, with buttons that make it larger and smaller. */
function drawing(editor) {
  const { check, view } = editor;
  const frame = h("div", { class: "tree-editor__map" });
  /** @type {number|"wide"|"fit"} Until somebody chooses, it is as wide as its frame, while its words can be read. */
  let zoom = "wide";
  const apply = () => {
    const svg = frame.querySelector("svg");
    if (svg === null) return;
    const { width, height } = svg.viewBox.baseVal;
    const fit = Math.min(frame.clientWidth / width, frame.clientHeight / height);
    const wide = Math.min(1, Math.max(LEGIBLE, frame.clientWidth / width));
    const factor = { fit, wide }[zoom] ?? zoom;
    svg.style.width = `${width * factor}px`;
  };
  view.swap(
    frame,
    () => check.map,
    () => {
      const focused = frame.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      const svg = parsed(check.map);
      if (svg === null) return [];
      requestAnimationFrame(() => {
        draw();
        if (focused) frame.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      });
      return svg;
    },
  );
  const draw = () => {
    apply();
    mark(editor, frame);
  };
  // Its size is known once the tab it stands in is open.
  new ResizeObserver(() => draw()).observe(frame);
  frame.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const target = link?.getAttribute("href") ?? link?.getAttribute("xlink:href");
    if (!target?.startsWith("#")) return;
    event.preventDefault();
    editor.openAnchor(target.slice(1));
  });
  const scale = () => {
    const svg = frame.querySelector("svg");
    return svg === null ? 1 : svg.getBoundingClientRect().width / (svg.viewBox.baseVal.width || 1);
  };
  const to = (wanted) => () => {
    zoom = wanted();
    apply();
  };
  const larger = iconButton(
    "plus",
    "Make the map larger",
    to(() => STEPS.find((step) => step > scale() + 0.01) ?? 2),
  );
  const smaller = iconButton(
    "minus",
    "Make the map smaller",
    to(() => STEPS.findLast((step) => step < scale() - 0.01) ?? 0.25),
  );
  const fit = button(
    "Fit",
    to(() => "fit"),
    { name: "Fit the map to its frame" },
  );
  editor.onMark(() => mark(editor, frame));
  return { frame, draw, controls: h("div", { class: "tree-editor__zoom" }, smaller, larger, fit) };
}

function parsed(text) {
  if (!text) return null;
  const svg = new DOMParser().parseFromString(text, "text/html").querySelector("svg");
  return svg && document.importNode(svg, true);
}

/** Mark the node whose form is open, and bring it into the frame; the first node where none is. */
function mark(editor, frame) {
  for (const link of frame.querySelectorAll("a.is-open")) link.classList.remove("is-open");
  const open = editor.shown && frame.querySelector(`a[href="#${CSS.escape(editor.shown)}"]`);
  if (open) open.classList.add("is-open");
  const link = open || frame.querySelector("a");
  if (link === null) return;
  const box = link.getBoundingClientRect();
  const room = frame.getBoundingClientRect();
  const isOutside = box.left < room.left || box.right > room.right || box.top < room.top || box.bottom > room.bottom;
  if (!isOutside) return;
  frame.scrollLeft += (box.left + box.right - room.left - room.right) / 2;
  frame.scrollTop += box.top - room.top - 16;
}

/** The map over the whole page. A node closes it and opens its form. */
function showLarge(editor) {
  const large = drawing(editor);
  const close = button("Close the map", () => dialog.close(), { icon: "cross" });
  const dialog = h(
    "dialog",
    {
      class: "tree-editor__dialog tree-editor__dialog--map",
      "aria-label": "Map of the tree",
      onclose: () => dialog.remove(),
    },
    h(
      "div",
      { class: "tree-editor__map-head" },
      h("h2", { class: "tree-editor__pane-title" }, "Map"),
      large.controls,
      close,
    ),
    large.frame,
  );
  large.frame.addEventListener(
    "click",
    (event) => {
      if (event.target.closest("a")) dialog.close();
    },
    { capture: true },
  );
  editor.root.append(dialog);
  dialog.showModal();
  large.draw();
}
