/**
 * What the server tells the editor once: the words of the format, what can be pointed at, and the ids that are kept for
 * good. Made by `decision_trees/editor/vocabulary.py`.
 *
 * @typedef {[string, string]} Choice A stored word and what people read for it.
 *
 * @typedef {object} Published Ids that a published version holds. They are never changed.
 * @property {string[]} questions
 * @property {Object<string, string[]>} options by question
 * @property {string[]} outcomes
 * @property {string[]} redFlags
 * @property {string[]} addOns
 * @property {string[]} cases
 *
 * @typedef {object} Vocabulary
 * @property {Choice[]} kinds
 * @property {Choice[]} bases
 * @property {Choice[]} orders
 * @property {Choice[]} asks
 * @property {Choice[]} urgencies
 * @property {Choice[]} urgencyFrom
 * @property {Choice[]} adviceKinds
 * @property {Choice[]} quantities
 * @property {import("./units.js").Unit[]} units
 * @property {string[]} reservedForQuestions
 * @property {string[]} reservedForOptions
 * @property {Published} published
 * @property {Choice[]} casesNeeded the id of a case, and what cannot do without it
 * @property {Array<{id: string, title: string, value: string, unit: string, quantity: string}>} figures
 * @property {Choice[]} settings
 * @property {Choice[]} tensions
 * @property {Choice[]} trees
 * @property {Choice[]} pages
 * @property {string} checkUrl address of the check, up to the page's number
 * @property {string} mapUrl
 * @property {string} mutationsUrl
 * @property {number} page the page's number, 0 for one that was never saved
 */

export {};
