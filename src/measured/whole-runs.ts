import type { Layout, Stack } from "../core/training/job.ts";

/** How a whole published run was set up: what its source says of batch, layout and software; the rest is searched. */
export interface WholeRunSetup {
  /** Id of the run in the published runs, and the catalogue id of its model where the run names none. */
  readonly run: string;
  readonly model?: string;
  readonly chips: number;
  readonly seq: number;
  readonly globalBatch: number;
  readonly precision: "fp16" | "bf16" | "fp8";
  readonly stack: Stack;
  readonly layout: Partial<Layout>;
  /** Published accelerator-hours, where the run's own record has none. */
  readonly chipHours?: number;
  /** The published hours are themselves of continuous training, without failures or restarts. */
  readonly steadyState?: boolean;
  readonly source: string;
}

const megatron2022: Stack = { attention: "unfused", level: "community", overlap: false, year: 2022.2 };
const llama1: Stack = { attention: "flash", level: "community", overlap: true, year: 2022.9 };
const llamaSource =
  "LLaMA (arXiv 2302.13971) section 2.4: 4M tokens a batch, 2,048 A100, checkpoints that spare matmuls";

/** Runs whose accelerator-hours are published and were not computed from a rate. */
export const WHOLE_RUNS: readonly WholeRunSetup[] = [
  {
    run: "run-042",
    chips: 6144,
    seq: 2048,
    globalBatch: 2048,
    precision: "bf16",
    stack: { attention: "unfused", level: "vendor", overlap: true, year: 2022.2 },
    layout: { tp: 12, pp: 1, dp: 512, zero: 3, shardGroup: 256 },
    source: "PaLM (arXiv 2204.02311) section 4: 12-way model, 256-way sharded data, two pods",
  },
  {
    run: "run-041",
    chips: 384,
    seq: 2048,
    globalBatch: 2048,
    precision: "bf16",
    stack: megatron2022,
    layout: { tp: 4, pp: 12, dp: 8, vpp: 1, zero: 1, microBatch: 2, recompute: "full" },
    source: "BLOOM (arXiv 2211.05100) section 3.3",
  },
  {
    run: "run-044",
    model: "mt-nlg-530b",
    chips: 4480,
    seq: 2048,
    globalBatch: 1920,
    precision: "bf16",
    stack: { ...megatron2022, year: 2021.8 },
    layout: { tp: 8, pp: 35, dp: 16, vpp: 1, zero: 1, microBatch: 1, recompute: "full" },
    chipHours: 4480 * 770,
    source: "MT-NLG (arXiv 2201.11990) section 2; hours as inferred by Epoch",
  },
  {
    run: "run-017",
    model: "opt-175b",
    chips: 992,
    seq: 2048,
    globalBatch: 992,
    precision: "fp16",
    stack: { attention: "unfused", level: "community", overlap: true, year: 2022 },
    layout: { tp: 8, pp: 1, zero: 3, recompute: "full" },
    steadyState: true,
    source:
      "OPT (arXiv 2205.01068) section 2.4: FSDP with 8-way tensor parallel, 2M tokens a batch; hours are 34 days of continuous training",
  },
  ...(["run-013", "run-014", "run-015", "run-016"] as const).map((run) => ({
    run,
    chips: 2048,
    seq: 2048,
    globalBatch: 2048,
    precision: "bf16" as const,
    stack: llama1,
    layout: { recompute: "selective" as const },
    source: llamaSource,
  })),
];
