import { type Field, is } from "./field.ts";
import { modelFields, moneyFields, samplingFields, trainFields } from "./train.ts";

const RUN = ["tokens", "tokensPerParam", "precision", "mfu", "goodput"];

export const fleetFields: readonly Field[] = [
  {
    key: "fleets",
    type: is.list,
    group: "Fleets",
    placeholder: "fleet",
    help: "COUNTxCHIP or fleets of the catalogue",
  },
  {
    key: "reference",
    type: is.text,
    group: "Fleets",
    placeholder: "fleet",
    help: "which of them the ratios refer to (default: the first)",
  },
  ...modelFields,
  ...trainFields.filter((field) => RUN.includes(field.key)),
  ...moneyFields,
  ...samplingFields.filter((field) => field.key !== "sensitivity"),
];
