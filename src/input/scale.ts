import { type Field, is } from "./field.ts";
import { moneyFields, samplingFields, trainFields } from "./train.ts";

const COMPUTE = "Compute";
const MACHINE = ["budget", "gpu", "gpus", "fleet", "days", "precision", "mfu", "goodput"];
/** Laws by name; what each one's N and C mean is handled. */
const LAWS = [
  "besiroglu",
  "hoffmann-a1",
  "hoffmann-a2",
  "hoffmann-a3",
  "hoffmann-loss",
  "hoffmann-unrounded",
  "sardana",
  "kaplan",
  "llama3",
  "deepseek-llm",
  "minicpm",
  "muennighoff",
];

export const scaleFields: readonly Field[] = [
  {
    key: "flop",
    type: is.number("work"),
    group: COMPUTE,
    placeholder: "work",
    help: "compute to spend, e.g. 1e25 or 1000PFLOP/s-day",
  },
  ...trainFields.filter((field) => MACHINE.includes(field.key)),
  {
    key: "law",
    type: is.choice(LAWS),
    group: COMPUTE,
    help: "scaling law (default besiroglu); the others stand beside it",
  },
  {
    key: "params",
    type: is.count,
    group: "Run",
    placeholder: "count",
    help: "a size to hold against the optimum",
  },
  {
    key: "tokens",
    type: is.count,
    group: "Run",
    placeholder: "count",
    help: "its training tokens",
  },
  {
    key: "lifetimeTokens",
    type: is.count,
    group: "Run",
    placeholder: "count",
    help: "tokens it will serve: the optimum over training and serving",
  },
  {
    key: "servingUtilisation",
    type: is.share,
    group: "Run",
    placeholder: "share",
    help: "share of the peak that serving gets: weighs those tokens by cost",
  },
  {
    key: "uniqueTokens",
    type: is.count,
    group: "Run",
    placeholder: "count",
    help: "fresh tokens there are: what repeating them costs",
  },
  ...moneyFields.filter((field) => field.key === "price"),
  ...samplingFields,
];
