/** A document as indented JSON with a final newline. Absent stays absent; NaN and Infinity are a bug, never output. */
export function jsonOf(document: unknown): string {
  return `${JSON.stringify(document, refuseNonFinite, 2)}\n`;
}

/** A document on one line, for NDJSON. */
export function jsonLineOf(document: unknown): string {
  return `${JSON.stringify(document)}\n`;
}

function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${key} is ${value}`);
  return value;
}
