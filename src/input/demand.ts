import { type Field, is } from "./field.ts";
import { inferFields } from "./infer.ts";
import { samplingFields } from "./train.ts";

const MARKET = "Market";
const TRAINING = "Training";
const SERVING = "Serving";
const GROWTH = "Growth, a factor a year";
const growth = is.number("multiple");
const some = is.number("count", { min: 0 });

/** Markets that ship with the package. */
const PRESETS = ["article-2023", "semianalysis-2023", "guosheng-2023", "citic-2023", "deepseek-2025"];

/** A field, and where its value goes in a scenario. */
interface ScenarioField extends Field {
  readonly path?: string;
}

/** Media of the mean request, as serving takes them; the size of images is two numbers of a scenario. */
const MEDIA: ReadonlyMap<string, { readonly path?: string }> = new Map([
  ["images", { path: "inference.media.images" }],
  ["imageSize", {}],
  ["video", { path: "inference.media.videoSeconds" }],
  ["audio", { path: "inference.media.audioSeconds" }],
  ["mediaRule", { path: "inference.media.rule" }],
]);

const FIELDS: readonly ScenarioField[] = [
  { key: "preset", type: is.choice(PRESETS), group: MARKET, help: "a market that ships with the package" },
  {
    key: "scenario",
    type: is.model,
    group: MARKET,
    placeholder: "file.json",
    help: "a market of your own, - for stdin: `compute-est schema scenario` prints its shape",
  },
  { key: "gpu", path: "gpu", type: is.text, group: MARKET, placeholder: "chip", help: "chip to count in" },
  {
    key: "years",
    path: "years",
    type: is.number("integer", { integer: true, min: 1, max: 50, range: false }),
    group: MARKET,
    placeholder: "n",
    help: "years told, the first included",
  },
  {
    key: "price",
    path: "price",
    type: is.usdPerHour,
    group: MARKET,
    placeholder: "rate",
    help: "rent of a chip",
  },
  {
    key: "pue",
    path: "pue",
    type: is.multiple,
    group: MARKET,
    placeholder: "ratio",
    help: "facility over IT power",
  },
  {
    key: "triangulate",
    type: is.flag,
    group: MARKET,
    help: "the traffic by every method that has its inputs",
  },
  {
    key: "firms",
    path: "training.firms",
    type: some,
    group: TRAINING,
    placeholder: "n",
    help: "firms that train",
  },
  {
    key: "params",
    path: "training.params",
    type: is.count,
    group: TRAINING,
    placeholder: "count",
    help: "parameters of a model that they train",
  },
  {
    key: "tokens",
    path: "training.tokens",
    type: is.count,
    group: TRAINING,
    placeholder: "count",
    help: "its tokens",
  },
  {
    key: "runs",
    path: "training.runs",
    type: some,
    group: TRAINING,
    placeholder: "n",
    help: "models of a firm a year",
  },
  {
    key: "rnd",
    path: "training.rnd",
    type: is.multiple,
    group: TRAINING,
    placeholder: "ratio",
    help: "all training-side compute over that of final runs",
  },
  {
    key: "mfu",
    path: "training.mfu",
    type: is.share,
    group: TRAINING,
    placeholder: "share",
    help: "model FLOP utilisation",
  },
  {
    key: "servedParams",
    path: "inference.params",
    type: is.count,
    group: SERVING,
    placeholder: "count",
    help: "parameters of the model that is served",
  },
  { key: "users", path: "inference.users", type: some, group: SERVING, placeholder: "count", help: "users" },
  {
    key: "requests",
    path: "inference.requests",
    type: is.number("multiple", { min: 0 }),
    group: SERVING,
    placeholder: "n",
    help: "requests of a user in a day",
  },
  {
    key: "input",
    path: "inference.inputTokens",
    type: is.count,
    group: SERVING,
    placeholder: "tokens",
    help: "tokens in",
  },
  {
    key: "output",
    path: "inference.outputTokens",
    type: is.count,
    group: SERVING,
    placeholder: "tokens",
    help: "tokens out",
  },
  ...inferFields
    .filter(({ key }) => MEDIA.has(key))
    .map((field) => ({ ...field, group: SERVING, ...MEDIA.get(field.key) })),
  {
    key: "reasoning",
    path: "inference.reasoningTokens",
    type: some,
    group: SERVING,
    placeholder: "tokens",
    help: "hidden tokens written before the answer",
  },
  {
    key: "cacheHit",
    path: "inference.cacheHit",
    type: is.share,
    group: SERVING,
    placeholder: "share",
    help: "share of the text input that is read from a cache",
  },
  {
    key: "peakToAverage",
    path: "inference.peakToAverage",
    type: is.multiple,
    group: SERVING,
    placeholder: "ratio",
    help: "traffic of the busiest hours over the mean",
  },
  {
    key: "latency",
    path: "inference.latencySeconds",
    type: is.number("duration"),
    group: SERVING,
    placeholder: "time",
    help: "time that a request is in the system, e.g. 15s",
  },
  {
    key: "utilisation",
    path: "inference.sizing.utilisation",
    type: is.share,
    group: SERVING,
    placeholder: "share",
    help: "share of the peak that serving gets",
  },
  {
    key: "paramsGrowth",
    path: "training.growth.params",
    type: growth,
    group: GROWTH,
    placeholder: "x",
    help: "of parameters",
  },
  {
    key: "tokensGrowth",
    path: "training.growth.tokens",
    type: growth,
    group: GROWTH,
    placeholder: "x",
    help: "of training tokens",
  },
  {
    key: "firmsGrowth",
    path: "training.growth.firms",
    type: growth,
    group: GROWTH,
    placeholder: "x",
    help: "of firms",
  },
  {
    key: "usersGrowth",
    path: "inference.growth.users",
    type: growth,
    group: GROWTH,
    placeholder: "x",
    help: "of users",
  },
  {
    key: "servedParamsGrowth",
    path: "inference.growth.params",
    type: growth,
    group: GROWTH,
    placeholder: "x",
    help: "of the served model's parameters",
  },
  {
    key: "inputGrowth",
    path: "inference.growth.inputTokens",
    type: growth,
    group: GROWTH,
    placeholder: "x",
    help: "of tokens in",
  },
  {
    key: "outputGrowth",
    path: "inference.growth.outputTokens",
    type: growth,
    group: GROWTH,
    placeholder: "x",
    help: "of tokens out",
  },
];

export const demandFields: readonly Field[] = [...FIELDS, ...samplingFields];

/** Path in a scenario -> value, of what a request puts in its place; a range as the scenario writes it. */
export function overrides(
  values: Readonly<Record<string, unknown>>,
): readonly (readonly [string, unknown])[] {
  return FIELDS.flatMap(({ key, path }) => {
    const value = values[key];
    if (path === undefined || value === undefined) return [];
    if (typeof value !== "object" || value === null) return [[path, value]];
    if ("low" in value && "high" in value) return [[path, { p05: value.low, p95: value.high }]];
    return [[path, value]];
  });
}
