/**
 * Walking through the rows of a condition (`conditions.js` says what they are).
 */

/** Whether a row is a group of rows. */
export function isGroup(row) {
  return "rows" in row;
}

/**
 * The statements of a condition, in order.
 *
 * @param {object|undefined} condition
 * @returns {object[]}
 */
export function statementsOf(condition) {
  if (condition === undefined || "unread" in condition) return [];
  return condition.rows.flatMap((row) => (isGroup(row) ? statementsOf(row) : [row]));
}
