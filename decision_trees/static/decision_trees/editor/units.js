/**
 * Numbers with their units, exactly: decimals are compared as whole numbers, never as floating ones.
 */

/** @typedef {{id: string, quantity: string, symbol: string, one: string, factor: string}} Unit */

const DECIMAL = /^[0-9]{1,12}(\.[0-9]{1,12})?$/;
const PLACES = 12;

/** Whether the text is a number as the engine reads it. */
export function isDecimal(text) {
  return DECIMAL.test(String(text).trim());
}

/**
 * The number in the base unit of its quantity, as a whole number of tiny parts; null where it is no number.
 *
 * @param {string} value
 * @param {string} unit
 * @param {{units: Unit[]}} vocabulary
 * @returns {bigint|null}
 */
export function inBase(value, unit, vocabulary) {
  const known = vocabulary.units.find((each) => each.id === unit);
  if (known === undefined || !isDecimal(value)) return null;
  return whole(value) * whole(known.factor);
}

function whole(text) {
  const [before, after = ""] = String(text).trim().split(".");
  return BigInt(before + after.padEnd(PLACES, "0").slice(0, PLACES));
}

/**
 * "0.35 mg/L", "1 day".
 *
 * @param {string} value
 * @param {string} unit
 * @param {{units: Unit[]}} vocabulary
 */
export function amountInWords(value, unit, vocabulary) {
  const number = plain(String(value));
  const known = vocabulary.units.find((each) => each.id === unit);
  const symbol = number === "1" ? known?.one : known?.symbol;
  return `${number} ${symbol ?? unit}`.trim();
}

function plain(text) {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

/** The units of a quantity. */
export function unitsOf(quantity, vocabulary) {
  return vocabulary.units.filter((unit) => unit.quantity === quantity);
}

/** The unit in which the bounds and the step of a quantity are written. */
export function baseUnitOf(quantity, vocabulary) {
  return unitsOf(quantity, vocabulary).find(({ factor }) => factor === "1");
}
