import { flop6ND } from "../../core/training/run.ts";
import type { Flop } from "../../units/quantity.ts";
import type { Facts } from "../facts.ts";
import type { KnownRun } from "./result.ts";

/** Runs of the catalogue whose size and tokens are known, by 6 x active x tokens, from small to large. */
function knownRuns(facts: Facts): readonly KnownRun[] {
  return facts.models
    .flatMap((row) => {
      const active = row.params_active_computed ?? row.params_total_computed ?? row.params_total_published;
      if (row.training_tokens == null || active == null || row.estimate === true) return [];
      return [
        {
          name: row.name,
          flop: flop6ND(active, row.training_tokens),
          source: "6 x active x tokens of the catalogue",
        },
      ];
    })
    .sort((a, b) => a.flop - b.flop);
}

/** Nearer than this is the same run. */
const SAME = 0.005;

/** The known runs just below and just above an amount of compute; the run itself is not its own neighbour. */
export function besideRuns(
  flop: Flop,
  facts: Facts,
  self: string | undefined,
): { below?: KnownRun | undefined; above?: KnownRun | undefined } {
  const runs = facts.once("known runs", () => knownRuns(facts));
  const isSelf = (run: KnownRun) => run.name === self && Math.abs(run.flop / flop - 1) <= SAME;
  let above = 0;
  while (above < runs.length && runs[above]!.flop <= flop) above++;
  let below = above - 1;
  while (below >= 0 && isSelf(runs[below]!)) below--;
  while (above < runs.length && isSelf(runs[above]!)) above++;
  return { below: runs[below], above: runs[above] };
}
