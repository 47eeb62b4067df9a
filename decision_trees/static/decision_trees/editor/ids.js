/**
 * Permanent ids, proposed from words.
 */

const ARTICLES = new Set(["a", "an", "the"]);
/** Words a question is asked with. What says yes or no to something ("not", "no", "without") is never left out. */
const ASKING = new Set(
  (
    "a an the how what which who whom when where why is are was were be been has have had do does did can could should " +
    "will would there this that these of in on at to for from by with person persons it its your their and as many much"
  ).split(" "),
);

const MAX_LENGTH = 60;
const PROPOSED_LENGTH = 40;
const FORM = /^[a-z][a-z0-9-]*$/;

/** @typedef {"question"|"option"|"outcome"|"red-flag"|"add-on"|"case"} Kind */

/** The id of a question is its name inside sentences. */
const WORDS_OF_A_QUESTION = 4;

/**
 * An id for these words that none of `taken` has.
 *
 * @param {string} words
 * @param {Kind} kind
 * @param {{taken: Iterable<string>, reserved?: Iterable<string>}} others
 * @returns {string}
 */
export function proposeId(words, kind, { taken, reserved = [] }) {
  const all = words
    .normalize("NFKD")
    .replace(/[\u0300-\u036f'’]/g, "")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const idle = kind === "question" ? ASKING : ARTICLES;
  const telling = all.filter((word) => !idle.has(word));
  const most = kind === "question" ? WORDS_OF_A_QUESTION : undefined;
  let id = (telling.length > 0 ? telling : all).slice(0, most).join("-");
  if (!/^[a-z]/.test(id)) id = id ? `${kind}-${id}` : kind;
  if (id.length > PROPOSED_LENGTH) id = id.slice(0, PROPOSED_LENGTH).replace(/-[^-]*$/, "");
  return unlike(id, kind, new Set([...taken, ...reserved]));
}

/** The id, with a number after it where it is taken. */
function unlike(id, kind, taken) {
  if (!taken.has(id)) return id;
  const stem = id === kind ? `${kind}-` : `${id}-`;
  let number = id === kind ? 1 : 2;
  while (taken.has(`${stem}${number}`)) number += 1;
  return `${stem}${number}`;
}

/**
 * What is wrong with an id, in words; empty when nothing is.
 *
 * @param {string} id
 * @param {{taken: Iterable<string>, reserved?: Iterable<string>}} others
 */
export function idProblem(id, { taken, reserved = [] }) {
  if (!FORM.test(id)) return "Use small letters, digits and hyphens, starting with a letter.";
  if (id.length > MAX_LENGTH) return `Use at most ${MAX_LENGTH} characters.`;
  if (new Set(reserved).has(id))
    return `“${id}” has a meaning of its own in conditions or addresses. Choose another id.`;
  if (new Set(taken).has(id)) return `“${id}” is used already. Choose another id.`;
  return "";
}
