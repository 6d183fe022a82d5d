import * as z from "zod/mini";
import { refuse } from "../units/problem.ts";
import { faultOf } from "./fault.ts";

const text = z.string("it takes a text");
const maybe = z.optional;

/** What a number of a scenario may be, and the sentence that says so. */
interface Bounds {
  readonly least: number;
  /** Whether `least` itself is allowed. */
  readonly closed: boolean;
  readonly most?: number;
  readonly wants: string;
}

const SOME: Bounds = { least: 0, closed: true, wants: "a number of 0 or more" };
const POSITIVE: Bounds = { least: 0, closed: false, wants: "a number above 0" };
const RATIO: Bounds = { least: 1, closed: true, wants: "a number of 1 or more" };
const SHARE: Bounds = { least: 0, closed: false, most: 1, wants: "a share above 0 and up to 1" };
const PART: Bounds = { least: 0, closed: true, most: 1, wants: "a share from 0 to 1" };

/** A number within bounds, a 90 % range of such numbers from low to high, or samples. */
function amountOf({ least, closed, most, wants }: Bounds) {
  const told = `it takes ${wants}`;
  const low = closed ? z.gte(least, told) : z.gt(least, told);
  const number = z.number(told);
  const end = most === undefined ? number.check(low) : number.check(low, z.lte(most, told));
  const range = z
    .strictObject({ p05: end, p95: end })
    .check(z.refine(({ p05, p95 }) => p05 < p95, `its p05 is to be below its p95`));
  const samples = z.strictObject({ samples: z.array(end).check(z.minLength(1)) });
  return z.union([end, range, samples], `${told}, or {"p05": ..., "p95": ...} from a lower to a higher one`);
}

const SOME_AMOUNT = amountOf(SOME);
const POSITIVE_AMOUNT = amountOf(POSITIVE);
const RATIO_AMOUNT = amountOf(RATIO);
const SHARE_AMOUNT = amountOf(SHARE);
const PART_AMOUNT = amountOf(PART);
type AmountType = typeof SOME_AMOUNT;

const each = <K extends string>(amount: AmountType, ...keys: readonly K[]) =>
  Object.fromEntries(keys.map((key) => [key, maybe(amount)])) as Record<K, z.ZodMiniOptional<AmountType>>;

const whole = z.int("it takes a whole number");
const count = z.number("it takes a number of 0 or more").check(z.gte(0, "it takes a number of 0 or more"));

const training = z.strictObject({
  params: POSITIVE_AMOUNT,
  firms: SOME_AMOUNT,
  firmNames: maybe(z.array(text)),
  ...each(POSITIVE_AMOUNT, "active", "tokens", "tokensPerParam"),
  runs: maybe(SOME_AMOUNT),
  rnd: maybe(RATIO_AMOUNT),
  mfu: maybe(SHARE_AMOUNT),
  growth: maybe(z.strictObject(each(POSITIVE_AMOUNT, "params", "tokens", "firms", "runs", "rnd"))),
});

const media = z.strictObject({
  rule: maybe(text),
  images: maybe(count),
  imageWidth: maybe(count),
  imageHeight: maybe(count),
  videoSeconds: maybe(count),
  audioSeconds: maybe(count),
});

const sizing = z.strictObject({
  headline: maybe(z.enum(["latency", "compute", "throughput"])),
  ...each(SHARE_AMOUNT, "utilisation", "prefillUtilisation", "decodeUtilisation"),
  ...each(POSITIVE_AMOUNT, "secondsPerToken", "chipsPerStream", "tokensPerSecondPerChip"),
});

const inference = z.strictObject({
  params: POSITIVE_AMOUNT,
  inputTokens: SOME_AMOUNT,
  outputTokens: SOME_AMOUNT,
  ...each(SOME_AMOUNT, "users", "requests", "reasoningTokens"),
  ...each(POSITIVE_AMOUNT, "active", "latencySeconds", "kvBytesPerToken"),
  cacheHit: maybe(PART_AMOUNT),
  peakToAverage: maybe(RATIO_AMOUNT),
  media: maybe(media),
  sizing: maybe(sizing),
  growth: maybe(
    z.strictObject({
      ...each(POSITIVE_AMOUNT, "params", "users", "requests", "inputTokens", "mediaTokens"),
      ...each(POSITIVE_AMOUNT, "outputTokens", "reasoningTokens"),
    }),
  ),
});

/** Figures of a source that can be recomputed. */
const STATED = [
  "chips",
  "servers",
  "usdPerDay",
  "usdPerRequest",
  "impliedUtilisation",
  "chipsPerBillionDaily",
  "tokensPerDay",
  "peakToAverage",
] as const;

const scenarioSchema = z.strictObject({
  name: text,
  source: text,
  date: text,
  startYear: whole,
  years: whole.check(z.gte(1, "it takes 1 to 50 years"), z.lte(50, "it takes 1 to 50 years")),
  gpu: text,
  price: maybe(POSITIVE_AMOUNT),
  pue: maybe(RATIO_AMOUNT),
  training: maybe(training),
  inference: maybe(inference),
  stated: maybe(z.array(z.strictObject({ what: z.enum(STATED), value: count, note: maybe(text) }))),
  yardsticks: maybe(z.array(z.strictObject({ name: text, gpus: count, date: maybe(text) }))),
  notes: maybe(z.array(text)),
});

/** A scenario, checked; refused with the place and the reason of the first fault. `name` says where it is. */
export function readScenario(value: unknown, name: string): unknown {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const place = issue.path.map(String).join(".");
  return refuse(
    "E-SCENARIO",
    `The scenario in ${name} is not usable: ${place === "" ? "" : `${place}: `}${faultOf(issue)}.`,
    {
      flag: "--scenario",
      hint: "See compute-est schema scenario.",
    },
  );
}

/** JSON Schema of a scenario file. */
export function scenarioJsonSchema(): unknown {
  return { $id: "compute-est/scenario/1", ...z.toJSONSchema(scenarioSchema, { io: "input" }) };
}
