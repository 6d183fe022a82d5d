import * as z from "zod/mini";

/** Short names of what the documents of several commands are made of. */
export const number = z.number();
export const text = z.string();
export const maybe = z.optional;
export const numbers = z.record(text, number);
export const interval = z.strictObject({ p05: number, p50: number, p95: number });

/** What sampling adds to an answer. */
export const ranged = {
  intervals: maybe(z.record(text, interval)),
  answered: maybe(numbers),
  sensitivity: maybe(
    z.strictObject({
      output: text,
      inputs: z.array(
        z.strictObject({ input: text, low: maybe(number), high: maybe(number), share: number }),
      ),
    }),
  ),
};
