import { type Field, is } from "./field.ts";
import { layoutFields, modelFields, moneyFields, trainFields } from "./train.ts";

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
    type: is.text,
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
];
