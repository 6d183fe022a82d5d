import type { TrainResult } from "../../study/train/result.ts";
import { format } from "../../units/index.ts";
import type { View } from "../view.ts";

const CAUSES: Readonly<Record<string, string>> = {
  gemm: "matmuls",
  attention: "attention",
  elementwise: "element-wise",
  recompute: "recomputation",
  tensorParallel: "tensor parallel, exposed",
  contextParallel: "context parallel, exposed",
  expertParallel: "expert parallel, exposed",
  pipelineTransfer: "pipeline transfers",
  bubble: "pipeline bubble",
  dataParallel: "data parallel, exposed",
  host: "host and launch",
  optimizer: "optimizer",
  logits: "logits and loss",
  straggler: "stragglers",
};
/** Causes below this share of the step are left out of the bars. */
const SHOWN_SHARE = 1e-3;

/** Each change on its own, with what it saves of the time per token. */
function leverBlocks(levers: TrainResult["levers"]): View {
  const helpful = (levers ?? []).filter(({ saved }) => saved > SHOWN_SHARE);
  if (helpful.length === 0) return [];
  return [
    {
      block: "bars",
      heading: "What would help most, each on its own: share of the time saved",
      kind: "ratio",
      bars: helpful.map(({ change, saved }) => ({ label: change, value: saved })),
    },
  ];
}

/** The step by cause, largest first; the causes sum to the step. */
export function stepBlocks({ compute, step, utilisation, levers }: TrainResult): View {
  if (step === undefined) return [];
  const bars = Object.entries(CAUSES)
    .map(([key, label]) => ({ label, value: step[key as keyof typeof step] }))
    .filter(({ value }) => value > step.total * SHOWN_SHARE)
    .sort((a, b) => b.value - a.value)
    .map((bar) => ({ ...bar, note: format("ratio", bar.value / step.total, { digits: 2 }) }));
  const share = (value: number) => format("ratio", value);
  const conventions =
    utilisation === undefined
      ? []
      : [
          `MFU ${share(utilisation.mfu6nd)} as ${compute.flopPerActive}ND, ${share(utilisation.mfu)} with causal attention, ${share(utilisation.mfuFullAttention)} with full attention; HFU ${share(utilisation.hfu)}.`,
        ];
  return [
    {
      block: "bars",
      heading: `The step of ${format("duration", step.total)} by cause`,
      kind: "duration",
      bars,
    },
    { block: "notes", lines: conventions },
    ...leverBlocks(levers),
  ];
}
