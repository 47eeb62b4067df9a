/**
 * What the check says, at a glance and as a list that leads to the nodes.
 */

import { arriveAt, button, counted, h, icon } from "./dom.js";

/** @typedef {import("./editor.js").Editor} Editor */

/** Where they stand in the page. */
const FINDINGS = "tree-editor-findings";

/** What is said where no check came through. */
const SILENCE = {
  failed: "The check did not answer. What you typed stands in this form, and is checked again in a moment.",
  "logged-out":
    "You are no longer logged in, so nothing is checked or saved. What you typed stands in this form: " +
    "log in in a new tab, and come back.",
};

/** @param {Editor} editor */
export function findingsPane(editor) {
  const { check, view } = editor;
  const found = () => check.answer?.findings ?? [];
  const again = button("Check again", () => check.now(), { icon: "rotate" });
  view.watch(again, () => {
    again.hidden = !(check.state in SILENCE);
  });
  const symbol = h("span", {});
  view.swap(
    symbol,
    () => statusIcon(check),
    () => icon(statusIcon(check)),
  );
  const status = h(
    "p",
    { class: "tree-editor__status", id: FINDINGS },
    symbol,
    view.text(h("span", {}), () => statusWords(check)),
  );
  view.watch(status, () => status.setAttribute("data-state", statusIcon(check)));
  const list = h("ul", { class: "tree-editor__list tree-editor__findings" });
  const linkTo = (finding) => editor.linkTo({ ...finding, words: finding.message });
  view.swap(list, found, () => found().map((finding) => h("li", {}, linkTo(finding))));
  return h("div", { class: "tree-editor__findings-pane" }, status, again, list, announcer(editor));
}

/**
 * How many findings there are, with a way to them: seen where they stand below the whole form, in one column.
 *
 * @param {Editor} editor
 */
export function findingsBrief(editor) {
  const { check, view } = editor;
  const line = h("p", { class: "tree-editor__brief" });
  const toFindings = (event) => {
    event.preventDefault();
    arriveAt(document.getElementById(FINDINGS));
  };
  view.watch(line, () => line.setAttribute("data-state", statusIcon(check)));
  return view.swap(
    line,
    () => [statusIcon(check), briefWords(check)],
    () => [icon(statusIcon(check)), h("a", { href: `#${FINDINGS}`, onclick: toFindings }, briefWords(check))],
  );
}

function briefWords({ state, answer }) {
  if (state in SILENCE) return "Not checked";
  if (answer === null) return "Checking…";
  const words = answer.findings.length === 0 ? "No finding" : counted(answer.findings.length, "finding");
  return state === "done" ? words : `${words}, checking again`;
}

function statusIcon({ state, answer }) {
  if (state in SILENCE) return "warning";
  if (state !== "done") return "spinner";
  return answer.findings.length === 0 ? "success" : "warning";
}

/** @param {import("./check.js").Check} check */
function statusWords({ state, answer }) {
  if (state in SILENCE) return SILENCE[state];
  if (state !== "done") return "Checking…";
  if (answer.findings.length > 0) return counted(answer.findings.length, "finding");
  return `No finding: ${counted(answer.combinations, "combination")}, all lead to exactly one result.`;
}

/** Says to those who listen what is new, and nothing while nothing is. */
function announcer({ check }) {
  const region = h("div", { class: "w-sr-only", role: "status", "aria-live": "polite" });
  let before = null;
  check.subscribe(() => {
    if (check.state === "checking" || check.state === "waiting") return;
    const words = statusWords(check);
    const messages = check.state === "done" ? check.answer.findings.map(({ message }) => message) : [];
    const fresh = before === null ? [] : messages.filter((message) => !before.messages.includes(message));
    if (before === null || words !== before.words || fresh.length > 0) {
      region.textContent = [words, ...fresh.slice(0, 3)].join(" ");
    }
    before = { words, messages };
  });
  return region;
}
