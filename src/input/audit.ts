import { type Field, is } from "./field.ts";
import { modelFields, samplingFields, trainFields } from "./train.ts";

const RUN = [
  "tokens",
  "tokensPerParam",
  "gpu",
  "gpus",
  "days",
  "precision",
  "mfu",
  "goodput",
  "price",
  "pue",
];
const TRAFFIC = "Traffic";

export const auditFields: readonly Field[] = [
  {
    key: "claim",
    type: is.words,
    group: "Claim",
    placeholder: "claim",
    help: "a figure as printed, e.g. 31271 PFLOP/s-day",
  },
  ...modelFields,
  ...trainFields.filter((field) => RUN.includes(field.key)),
  {
    key: "flop",
    type: is.number("work"),
    group: "Data",
    placeholder: "work",
    help: "compute of the run, where the source states it",
  },
  {
    key: "load",
    type: is.share,
    group: "Money, energy, carbon",
    placeholder: "share",
    help: "mean draw over server nameplate",
  },
  { key: "users", type: is.count, group: TRAFFIC, placeholder: "count", help: "users a day" },
  {
    key: "requests",
    type: is.number("multiple"),
    group: TRAFFIC,
    placeholder: "n",
    help: "requests of a user in a day",
  },
  { key: "input", type: is.count, group: TRAFFIC, placeholder: "tokens", help: "tokens in, a request" },
  { key: "output", type: is.count, group: TRAFFIC, placeholder: "tokens", help: "tokens out, a request" },
  {
    key: "cacheHit",
    type: is.share,
    group: TRAFFIC,
    placeholder: "share",
    help: "share of input tokens found in the cache",
  },
  {
    key: "utilisation",
    type: is.share,
    group: TRAFFIC,
    placeholder: "share",
    help: "useful FLOP of serving over peak",
  },
  {
    key: "peakToAverage",
    type: is.multiple,
    group: TRAFFIC,
    placeholder: "ratio",
    help: "peak traffic over the mean",
  },
  ...samplingFields,
];
