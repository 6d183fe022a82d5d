import { workersFor } from "../../core/serving/disaggregated.ts";
import { prepare } from "../../core/serving/prepare.ts";
import { chipsOf, type ServingLayout, type ServingSetup } from "../../core/serving/setup.ts";
import { SECONDS_PER_DAY } from "../../units/quantity.ts";
import type { MeasuredFacts } from "./measured-facts.ts";

/** A day of DeepSeek's own service, 27 to 28 February 2025. [Day 6: One More Thing, DeepSeek-V3/R1 Inference System Overview] */
const DAY = {
  inputTokens: 608e9,
  cachedTokens: 342e9,
  outputTokens: 168e9,
  /** Mean nodes of eight H800 over the day. */
  nodes: 226.75,
  /** Mean cache length behind an output token. */
  context: 4989,
  /** Output speed of one user, tokens a second. */
  speed: 21,
  usd: 87_072,
  usdPerGpuHour: 2,
} as const;
const GPUS_PER_NODE = 8;
/** Prefill runs on units of 4 nodes with 32-way expert parallelism, decode on 18 nodes with 144-way. */
const PREFILL: ServingLayout = { tp: 1, pp: 1, dp: 32 };
const DECODE: ServingLayout = { tp: 1, pp: 1, dp: 144 };
/** Prefill busy over the day: head room that keeps prompts from queueing, and the trough at night. [assumed: 0.5 to 0.7] */
const BUSY = 0.6;

export interface DeepSeekDay {
  readonly figure: string;
  readonly published: number;
  readonly computed: number;
}

/** The published day beside what the model makes of its traffic. */
export function deepSeekDay(facts: MeasuredFacts): readonly DeepSeekDay[] {
  const shape = facts.shape("deepseek-v3")!;
  const chip = facts.chip("h800-sxm")!;
  // context = input + output / 2, and input over output as over the day
  const perOutput = DAY.inputTokens / DAY.outputTokens;
  const output = DAY.context / (perOutput + 1 / 2);
  const input = output * perOutput;
  const request = { input, output, cached: (input * DAY.cachedTokens) / DAY.inputTokens };
  const rate = DAY.outputTokens / output / SECONDS_PER_DAY;
  const setup: Omit<ServingSetup, "layout"> = {
    shape,
    chip,
    weights: "fp8",
    kv: "bf16",
    engine: "vllm-async",
  };
  const workers = workersFor(
    prepare({ ...setup, layout: PREFILL }),
    prepare({ ...setup, layout: DECODE }),
    request,
    rate,
    1 / DAY.speed,
    BUSY,
  )!;
  const prefill = (workers.prefillWorkers * chipsOf(PREFILL)) / GPUS_PER_NODE;
  const decode = (workers.decodeWorkers * chipsOf(DECODE)) / GPUS_PER_NODE;
  const nodes = prefill + decode;
  // the overview's tokens a second of one node: 73.7k in, cache hits included; 14.8k out
  const row = (figure: string, published: number, computed: number): DeepSeekDay => ({
    figure,
    published,
    computed,
  });
  return [
    row("nodes", DAY.nodes, nodes),
    row("input tokens a second and prefill node", 73_700, DAY.inputTokens / SECONDS_PER_DAY / prefill),
    row("output tokens a second and decode node", 14_800, DAY.outputTokens / SECONDS_PER_DAY / decode),
    row("usd at the published nodes and price", DAY.usd, DAY.nodes * GPUS_PER_NODE * DAY.usdPerGpuHour * 24),
    row("usd at the computed nodes", DAY.usd, nodes * GPUS_PER_NODE * DAY.usdPerGpuHour * 24),
  ];
}
