import type * as z from "zod/mini";

/** What a schema expects, as a sentence says it. */
const WANTED: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** A sentence's end about a value that a schema refuses: `it takes a number`. What a schema says itself is kept. */
export function faultOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `it has no "${issue.keys.join('", "')}"`;
  if (issue.code === "invalid_value") return `it takes ${issue.values.join(" or ")}`;
  if (issue.message !== "Invalid input") return issue.message;
  if (issue.code === "invalid_type") return `it takes ${WANTED[issue.expected] ?? issue.expected}`;
  if (issue.code === "too_small") {
    if (issue.origin === "string") return "it takes a text that is not empty";
    if (issue.origin === "array") return "it takes a list that is not empty";
    return `it takes a number ${issue.inclusive === true ? `of ${issue.minimum} or more` : `above ${issue.minimum}`}`;
  }
  return "it has the wrong shape";
}
