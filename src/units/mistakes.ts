import { KINDS, type Kind } from "./kinds.ts";
import { bad, type Refused } from "./parsed.ts";
import { namedScale, otherCase } from "./unit.ts";

/** Kinds in the order in which a unit that fits several is named. */
const DIMENSIONS: readonly Kind[] = [
  "duration",
  "bytes",
  "bandwidth",
  "work",
  "rate",
  "power",
  "energy",
  "moneyRate",
  "energyPrice",
  "ratio",
  "mass",
  "volume",
];

/** The refusal of an empty text where a quantity is wanted. */
export function emptyProblem(kind: Kind): Refused {
  const { name, wants } = KINDS[kind];
  return bad("E-VALUE", `is empty; it wants ${name}.`, wants);
}

/** The refusal of a number below zero. */
export function negativeProblem(text: string): Refused {
  return bad("E-BOUNDS", `"${text.trim()}" is negative; it wants a positive number.`);
}

/** The text does not begin with a number. */
export function valueProblem(kind: Kind, text: string): Refused {
  const { name, wants, dollars } = KINDS[kind];
  const read = text.trim();
  if (dollars === true && read.startsWith("/")) {
    return bad(
      "E-VALUE",
      `"${read}" has lost its number: the shell took "$" and what followed.`,
      "Quote it, e.g. '$2/h', or leave the $ out: 2/h.",
    );
  }
  return bad("E-VALUE", `"${read}" is not ${name}.`, wants);
}

/** A number followed by what is no unit of the kind: says which kind it is of, or which unit was meant. */
export function unitProblem(kind: Kind, text: string, unit: string): Refused {
  const { name, wants, bare } = KINDS[kind];
  const read = text.trim();
  if (unit === "m" && bare.letters !== undefined && kind !== "power") {
    return bad(
      "E-UNIT",
      `"${read}" is not ${name}: "m" is milli to some and million to others.`,
      "Write M for million.",
    );
  }
  if (unit === "m" && kind === "duration")
    return bad("E-UNIT", `"${read}" could be minutes or months.`, "Write min or mo.");
  if (/^,\d+/.test(unit))
    return bad(
      "E-VALUE",
      `"${read}" is not ${name}.`,
      "Write a decimal point, and commas only before threes.",
    );
  const other = dimensionOf(unit, kind);
  const meant = otherCase(kind, unit);
  // a lone letter says little: 700w is watts in the wrong case sooner than weeks
  if (other !== undefined && (unit.length > 1 || meant.length === 0))
    return bad("E-DIMENSION", `"${read}" is ${KINDS[other].name}, and ${name} is wanted.`, wants);
  if (meant.length > 0)
    return bad("E-UNIT", `"${read}" is not ${name}: case matters.`, `Write ${meant.join(" or ")}.`);
  return bad("E-VALUE", `"${read}" is not ${name}.`, wants);
}

function dimensionOf(unit: string, kind: Kind): Kind | undefined {
  return DIMENSIONS.find(
    (candidate) => candidate !== kind && namedScale(KINDS[candidate].units, unit) !== undefined,
  );
}
