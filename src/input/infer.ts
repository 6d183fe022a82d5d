import { type Field, is } from "./field.ts";
import { modelFields, moneyFields } from "./train.ts";

const REQUEST = "Requests";
const DEMAND = "Demand (one of these)";
const MACHINE = "Machine";
const ENGINE = "Engine";
const LAYOUT = "Layout of a replica (searched where open)";

/** A number that a search or a layout needs as one value. */
const single = { range: false } as const;
const tokens = is.number("count", { integer: true, min: 1, ...single });
const share = is.number("ratio", { max: 1, ...single });

export const inferFields: readonly Field[] = [
  ...modelFields.filter((field) => field.key === "model"),
  {
    key: "input",
    type: tokens,
    group: REQUEST,
    placeholder: "tokens",
    help: "tokens of a prompt (default 1024)",
  },
  {
    key: "output",
    type: tokens,
    group: REQUEST,
    placeholder: "tokens",
    help: "tokens of an answer (default 256)",
  },
  {
    key: "cached",
    type: is.number("count", { integer: true, min: 0, ...single }),
    group: REQUEST,
    placeholder: "tokens",
    help: "tokens of a prompt found in the prefix cache",
  },
  {
    key: "concurrency",
    type: is.degree,
    group: DEMAND,
    placeholder: "users",
    help: "requests in flight at once, each user sending the next when answered",
  },
  {
    key: "rate",
    type: is.number("multiple", single),
    group: DEMAND,
    placeholder: "n/s",
    help: "requests a second, arriving at random",
  },
  {
    key: "staticBatch",
    type: is.degree,
    group: DEMAND,
    placeholder: "n",
    help: "one batch: all prompts, then all answers",
  },
  { key: "saturated", type: is.flag, group: DEMAND, help: "an endless queue: offline work" },
  {
    key: "users",
    type: is.number("count", single),
    group: DEMAND,
    placeholder: "count",
    help: "people a day, e.g. 10M",
  },
  {
    key: "requests",
    type: is.number("multiple", single),
    group: DEMAND,
    placeholder: "n",
    help: "requests of one of them a day (default 1)",
  },
  {
    key: "tokensPerDay",
    type: is.number("count", single),
    group: DEMAND,
    placeholder: "count",
    help: "tokens a day, prompts and answers together, e.g. 1T",
  },
  {
    key: "peak",
    type: is.number("multiple", { min: 1, ...single }),
    group: DEMAND,
    placeholder: "ratio",
    help: "busiest hours over the day's mean (default 1.5)",
  },
  {
    key: "slo",
    type: is.text,
    group: DEMAND,
    placeholder: "bounds",
    help: 'bounds to meet, e.g. "ttft:p99<2s;tpot<50ms"',
  },
  {
    key: "gpu",
    type: is.list,
    group: MACHINE,
    placeholder: "chip,...",
    help: "accelerator, or several to compare; the first is the reference",
  },
  {
    key: "gpus",
    type: is.degree,
    group: MACHINE,
    placeholder: "count",
    help: "accelerators in all (default: solved for)",
  },
  {
    key: "prefillGpus",
    type: is.degree,
    group: MACHINE,
    placeholder: "count",
    help: "accelerators that only read prompts",
  },
  {
    key: "decodeGpus",
    type: is.degree,
    group: MACHINE,
    placeholder: "count",
    help: "accelerators that only write answers",
  },
  {
    key: "precision",
    type: is.choice([
      "fp32",
      "fp16",
      "bf16",
      "fp8",
      "int8",
      "int4",
      "mxfp4",
      "nvfp4",
      "q8_0",
      "q4_0",
      "q4_k_m",
    ]),
    group: MACHINE,
    placeholder: "format",
    help: "how weights are stored: bf16, fp16, fp8, int8, int4, mxfp4, nvfp4, q8_0, q4_0, q4_k_m",
  },
  {
    key: "kvPrecision",
    type: is.choice(["fp32", "fp16", "bf16", "fp8", "int8", "int4", "fp4"]),
    group: MACHINE,
    placeholder: "format",
    help: "how keys and values are stored (default: the engine's habit)",
  },
  {
    key: "engine",
    type: is.text,
    group: ENGINE,
    placeholder: "name@version",
    help: "vllm, sglang, trtllm, triton, llamacpp",
  },
  {
    key: "maxBatch",
    type: is.degree,
    group: ENGINE,
    placeholder: "requests",
    help: "most requests a replica runs at once",
  },
  {
    key: "memoryShare",
    type: share,
    group: ENGINE,
    placeholder: "share",
    help: "share of memory the engine may take (default 0.9)",
  },
  {
    key: "streamInterval",
    type: is.degree,
    group: ENGINE,
    placeholder: "steps",
    help: "decode steps between messages to the client",
  },
  {
    key: "speculate",
    type: is.degree,
    group: ENGINE,
    placeholder: "tokens",
    help: "draft tokens checked a step",
  },
  {
    key: "acceptance",
    type: share,
    group: ENGINE,
    placeholder: "share",
    help: "chance that a draft token is accepted (default 0.8)",
  },
  { key: "tp", type: is.degree, group: LAYOUT, placeholder: "n", help: "tensor parallel" },
  { key: "pp", type: is.degree, group: LAYOUT, placeholder: "n", help: "pipeline stages" },
  {
    key: "dp",
    type: is.degree,
    group: LAYOUT,
    placeholder: "n",
    help: "attention data parallel ranks that share experts",
  },
  { key: "ep", type: is.degree, group: LAYOUT, placeholder: "n", help: "expert parallel groups" },
  ...moneyFields.map((field) =>
    field.type.type === "number" ? { ...field, type: { ...field.type, range: false } } : field,
  ),
];
