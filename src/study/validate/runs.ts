import { fullAttentionFlop, fullRecomputeFlop, sixN } from "../../core/architecture.ts";
import type { ModelShape } from "../../core/shape.ts";
import { type MeasuredRun, measuredRuns } from "../../measured/runs.ts";
import type { Facts } from "../facts.ts";
import { modelOfRow } from "../model.ts";

/** A published training compute beside ours under the convention the source states. */
export interface RunCheck {
  readonly model: string;
  readonly convention: string;
  readonly published: number;
  readonly computed: number;
  /** Computed over published. */
  readonly ratio: number;
  readonly source: string;
}

/** Sequence length of these runs, where the catalogue has no longest context. */
const SEQ = 2048;

/** Every shipped run that states its FLOP and a convention we can count by. */
export async function checkRuns(facts: Facts): Promise<readonly RunCheck[]> {
  return (await measuredRuns()).flatMap((run) => {
    const computed = flopOf(run, facts);
    if (run.flop === undefined || run.convention === undefined || computed === undefined) return [];
    const { model, convention, flop, source } = run;
    return [{ model, convention, published: flop, computed, ratio: computed / flop, source }];
  });
}

function flopOf(run: MeasuredRun, facts: Facts): number | undefined {
  if (run.tokens === undefined) return undefined;
  if (run.convention === "6ND") return sixN(run.active ?? run.params) * run.tokens;
  const row = facts.models.find((model) => model.id === run.catalogue);
  const shape = row === undefined ? undefined : modelOfRow(row, "id").shape;
  return shape === undefined ? undefined : perToken(run.convention, shape) * run.tokens;
}

function perToken(convention: MeasuredRun["convention"], shape: ModelShape): number {
  const seq = Math.min(shape.maxPosition ?? SEQ, SEQ);
  return convention === "full attention" ? fullAttentionFlop(shape, seq) : fullRecomputeFlop(shape, seq);
}
