/**
 * Keys by which the editor tells its own pieces apart while ids and places change. They are never stored.
 */

let last = 0;

/** @returns {string} */
export function newKey() {
  last += 1;
  return `k${last}`;
}

/**
 * The value with every `_key` made anew, for a copy.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function rekeyed(value) {
  if (Array.isArray(value)) return value.map(rekeyed);
  if (value === null || typeof value !== "object") return value;
  const copy = {};
  for (const [name, inner] of Object.entries(value)) copy[name] = name === "_key" ? newKey() : rekeyed(inner);
  return copy;
}
