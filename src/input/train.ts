import { type Field, is } from "./field.ts";

const MODEL = "Model";
const DATA = "Data";
const MACHINE = "Machine";
const LAYOUT = "Layout (predicted or searched where open)";
const UNCERTAINTY = "Ranges and uncertainty";
const MONEY = "Money, energy, carbon";

/** A billion times the largest models: beyond it nothing is meant, and a layout has layers without end. */
const MOST_PARAMETERS = 1e21;

/** What is trained. Shared with every command that takes a model. */
export const modelFields: readonly Field[] = [
  {
    key: "model",
    type: is.model,
    group: MODEL,
    placeholder: "id|config.json",
    help: "a model of the catalogue, or a Hugging Face config, - for stdin",
  },
  {
    key: "params",
    type: is.number("count", { max: MOST_PARAMETERS }),
    group: MODEL,
    placeholder: "count",
    help: "parameters, e.g. 70B",
  },
  {
    key: "active",
    type: is.count,
    group: MODEL,
    placeholder: "count",
    help: "parameters active per token (mixture of experts)",
  },
];

/** Price of a chip-hour and what electricity costs and emits. Shared with serving and fleets. */
export const moneyFields: readonly Field[] = [
  {
    key: "price",
    type: is.usdPerHour,
    group: MONEY,
    placeholder: "usd/h",
    help: "rent of one accelerator, e.g. 2/h",
    env: true,
  },
  { key: "capex", type: is.usd, group: MONEY, placeholder: "usd", help: "purchase price of one accelerator" },
  {
    key: "life",
    type: is.years,
    group: MONEY,
    placeholder: "years",
    help: "accounting life of owned hardware (default: economic 32 %/year)",
  },
  {
    key: "utilisation",
    type: is.share,
    group: MONEY,
    placeholder: "share",
    help: "share of its life that owned hardware works",
  },
  {
    key: "electricity",
    type: is.usdPerKwh,
    group: MONEY,
    placeholder: "usd/kWh",
    help: "price of electricity",
    env: true,
  },
  {
    key: "pue",
    type: is.multiple,
    group: MONEY,
    placeholder: "ratio",
    help: "facility power over IT power",
    env: true,
  },
  {
    key: "region",
    type: is.text,
    group: MONEY,
    placeholder: "name",
    help: "cloud region, e.g. us-central1: sets the grid",
    env: true,
  },
  {
    key: "grid",
    type: is.text,
    group: MONEY,
    placeholder: "name|g/kWh",
    help: "electricity grid: country or zone, e.g. USA, FRA, or grams CO2e per kWh",
    env: true,
  },
];

/** How the job is cut over chips, and the software it runs on. */
export const layoutFields: readonly Field[] = [
  { key: "tp", type: is.degree, group: LAYOUT, placeholder: "n", help: "tensor parallel" },
  { key: "pp", type: is.degree, group: LAYOUT, placeholder: "n", help: "pipeline stages" },
  { key: "vpp", type: is.degree, group: LAYOUT, placeholder: "n", help: "virtual stages per pipeline stage" },
  { key: "cp", type: is.degree, group: LAYOUT, placeholder: "n", help: "context parallel" },
  { key: "ep", type: is.degree, group: LAYOUT, placeholder: "n", help: "expert parallel" },
  { key: "dp", type: is.degree, group: LAYOUT, placeholder: "n", help: "data parallel replicas" },
  {
    key: "shardGroup",
    type: is.degree,
    group: LAYOUT,
    placeholder: "n",
    help: "accelerators over which ZeRO-3 shards parameters",
  },
  {
    key: "zero",
    type: is.choice(["0", "1", "2", "3"], { numeric: true }),
    group: LAYOUT,
    help: "ZeRO stage (3 = FSDP)",
  },
  { key: "sequenceParallel", type: is.flag, group: LAYOUT, help: "sequence parallel beside tensor parallel" },
  {
    key: "recompute",
    type: is.choice(["none", "selective", "ops", "mlp", "alternate", "full"]),
    group: LAYOUT,
    help: "what the backward pass recomputes",
  },
  {
    key: "globalBatch",
    type: is.degree,
    group: LAYOUT,
    placeholder: "sequences",
    help: "sequences per optimizer step",
  },
  {
    key: "microBatch",
    type: is.degree,
    group: LAYOUT,
    placeholder: "sequences",
    help: "sequences per micro-batch",
  },
  { key: "seq", type: is.degree, group: LAYOUT, placeholder: "tokens", help: "tokens per sequence" },
  {
    key: "attention",
    type: is.choice(["unfused", "flash", "tuned"]),
    group: LAYOUT,
    help: "attention kernel",
  },
  {
    key: "stack",
    type: is.choice(["research", "community", "vendor"]),
    group: LAYOUT,
    help: "how well tuned the software is",
  },
  { key: "overlap", type: is.off, group: LAYOUT, help: "communication blocks compute" },
  {
    key: "softwareYear",
    type: is.number("multiple", { range: false }),
    group: LAYOUT,
    placeholder: "year",
    help: "year of the software release",
  },
];

/** How ranges are sampled, and whether their inputs are ranked. */
export const samplingFields: readonly Field[] = [
  {
    key: "samples",
    type: is.number("count", { integer: true, min: 100, max: 10_000_000, range: false }),
    group: UNCERTAINTY,
    placeholder: "count",
    help: "samples where a value is a range (default 10,000)",
  },
  {
    key: "seed",
    type: is.number("count", { integer: true, min: 0, range: false }),
    group: UNCERTAINTY,
    placeholder: "n",
    help: "seed of the sampler (default 1)",
  },
  {
    key: "sensitivity",
    type: is.optionalText,
    group: UNCERTAINTY,
    placeholder: "figure",
    help: "rank the inputs by what they do to a figure, e.g. time or cost",
  },
];

export const trainFields: readonly Field[] = [
  ...modelFields,
  { key: "tokens", type: is.count, group: DATA, placeholder: "count", help: "training tokens, e.g. 15T" },
  {
    key: "tokensPerParam",
    type: is.number("multiple"),
    group: DATA,
    placeholder: "ratio",
    help: "tokens per parameter (default 20)",
  },
  {
    key: "method",
    type: is.choice(["full", "sft", "lora", "qlora"]),
    group: DATA,
    help: "pre-training or a way of fine-tuning (default full)",
  },
  {
    key: "loraRank",
    type: is.degree,
    group: DATA,
    placeholder: "n",
    help: "rank of the adapters of lora and qlora",
  },
  {
    key: "gpu",
    type: is.text,
    group: MACHINE,
    placeholder: "chip",
    help: "accelerator, e.g. h100, a100-80gb, tpu-v5p",
  },
  { key: "gpus", type: is.chips, group: MACHINE, placeholder: "count", help: "number of accelerators" },
  {
    key: "fleet",
    type: is.text,
    group: MACHINE,
    placeholder: "fleet",
    help: "COUNTxCHIP or a fleet of the catalogue, e.g. 10000xa100",
  },
  {
    key: "days",
    type: is.days,
    group: MACHINE,
    placeholder: "time",
    help: "wall time, e.g. 30 (days), 36h, 3mo",
  },
  { key: "budget", type: is.usd, group: MACHINE, placeholder: "usd", help: "money to spend, e.g. 10M" },
  {
    key: "precision",
    type: is.choice(["fp32", "tf32", "fp16", "bf16", "fp8", "mxfp8", "nvfp4"]),
    group: MACHINE,
    help: "number format of the matmuls (default bf16, else fp16)",
  },
  {
    key: "mfu",
    type: is.share,
    group: MACHINE,
    placeholder: "share",
    help: "model FLOP utilisation in steady state",
  },
  {
    key: "goodput",
    type: is.share,
    group: MACHINE,
    placeholder: "share",
    help: "share of wall time in steady state",
  },
  ...layoutFields,
  ...moneyFields,
  ...samplingFields,
];
