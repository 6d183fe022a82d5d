import { SECONDS_PER_HOUR } from "../units/quantity.ts";
import { type Field, is } from "./field.ts";
import { inferFields } from "./infer.ts";
import { layoutFields, modelFields, moneyFields, samplingFields, trainFields } from "./train.ts";

const MACHINE = "Machine";
const SEARCH = "Search";
const SHARED = ["tokens", "tokensPerParam", "method", "loraRank", "precision", "goodput"];

export const planTrainFields: readonly Field[] = [
  ...modelFields,
  {
    key: "gpu",
    type: is.list,
    group: MACHINE,
    placeholder: "chips",
    help: "accelerators to choose among, e.g. h100,b200",
  },
  {
    key: "gpus",
    type: { type: "text", number: true },
    group: MACHINE,
    placeholder: "counts",
    help: "numbers of them, e.g. 1024 or 512..4096..x2",
  },
  ...trainFields.filter((field) => SHARED.includes(field.key)),
  {
    key: "objective",
    type: is.choice(["time", "cost", "energy", "headroom"]),
    group: SEARCH,
    help: "what to be best at (default time)",
  },
  { key: "top", type: is.degree, group: SEARCH, placeholder: "n", help: "layouts to print (default 5)" },
  ...layoutFields,
  ...moneyFields,
  ...samplingFields.filter(({ key }) => key !== "sensitivity"),
];

/** Fields of `infer` that a plan answers rather than asks. */
const ANSWERED: readonly string[] = [
  "staticBatch",
  "saturated",
  "gpus",
  "prefillGpus",
  "decodeGpus",
  "sensitivity",
];

export const planInferFields: readonly Field[] = [
  ...inferFields.filter((field) => !ANSWERED.includes(field.key)),
  {
    key: "gpus",
    type: is.degree,
    group: "Machine",
    placeholder: "count",
    help: "accelerators in all (default 8; with a demand, as many as it takes)",
  },
  {
    key: "budget",
    type: is.number("moneyRate", {
      unit: { name: "USD per hour", scale: 1 / SECONDS_PER_HOUR },
      range: false,
    }),
    group: "Machine",
    placeholder: "usd/h",
    help: "rent to spend an hour, in place of --gpus",
  },
  {
    key: "objective",
    type: is.choice(["throughput", "cost", "latency", "energy"]),
    group: "Search",
    help: "what the best is best at (default throughput)",
  },
  {
    key: "split",
    type: is.flag,
    group: "Search",
    help: "also try prompts on accelerators of their own, at every eighth of them",
  },
  { key: "top", type: is.degree, group: "Search", placeholder: "n", help: "how many to show (default 5)" },
];
