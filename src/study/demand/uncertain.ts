import { type Assumption, newNotes } from "../document.ts";
import type { Facts } from "../facts.ts";
import { distributionOf, valueAt } from "../sample/distribution.ts";
import type { Input } from "../sample/draws.ts";
import { kernelOf } from "../sample/leaves.ts";
import { asksForSampling, type Ranged, rangedParts } from "../sample/ranged.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";
import { type Crossing, chipHourCrossing, flopCrossing } from "./crossing.ts";
import { type Market, marketOf } from "./market.ts";
import type { Scenario } from "./scenario.ts";
import { isShare, type UncertainInput, withValue } from "./settle.ts";
import { yearsOf } from "./years.ts";

const MAIN_FIGURES = ["crossover.flop.years", "years.0.total.chips"];
/** Efficiencies that are assumed at a place of the scenario vary with its ranges; tokens per parameter are a choice and stand. */
const VARIES = /^(training\.(mfu|rnd)|inference\.(peakToAverage|sizing\.utilisation))$/;

/** Figures of a market where its numbers are ranges; growth is drawn once for all years. Nothing where it has none and none is asked. */
export function marketRanges(
  point: Scenario<number>,
  inputs: readonly UncertainInput[],
  assumptions: readonly Assumption[],
  facts: Facts,
  request: SamplingRequest,
): Ranged {
  if (inputs.length === 0 && !asksForSampling(request)) return {};
  const spread: Input[] = [
    ...inputs.map(({ path, distribution }) => ({ name: path, distribution })),
    ...assumptions.flatMap(({ key, interval }) =>
      interval === undefined || !VARIES.test(key)
        ? []
        : [
            {
              name: key,
              distribution: distributionOf({ low: interval.p05, high: interval.p95 }, isShare(key)),
            },
          ],
    ),
  ];
  // one scenario that every draw writes its values into: copying it for each of them would take longer than the market itself
  const drawn = structuredClone(spread.reduce((tree, { name }) => withValue(tree, name, 0), point));
  const places = new Map(spread.map(({ name }) => [name, placeOf(drawn, name)]));
  const kernel = kernelOf(startOf(spread), spread, (values) => {
    for (const [name, { node, key }] of places) node[key] = values[name];
    return figuresOf(marketOf(drawn, facts, newNotes()));
  });
  return rangedParts(kernel, request, MAIN_FIGURES);
}

interface Place {
  readonly node: Record<string, unknown>;
  readonly key: string;
}

function placeOf(tree: unknown, path: string): Place {
  const keys = path.split(".");
  const key = keys.pop()!;
  const node = keys.reduce((inner, step) => inner[step] as Record<string, unknown>, tree as Place["node"]);
  return { node, key };
}

/** Where the draws start: the medians of the ranges. */
const startOf = (spread: readonly Input[]): Record<string, unknown> =>
  Object.fromEntries(spread.map(({ name, distribution }) => [name, valueAt(distribution, 0)]));

/** What ranges spread, under the paths of the result. */
function figuresOf(market: Market) {
  return {
    crossover: {
      flop: { years: momentOf(flopCrossing(market)) },
      chipHours: { years: momentOf(chipHourCrossing(market)) },
    },
    years: yearsOf(market).map(({ training, inference, total, inferenceShare }) => ({
      training: { flop: training.flop },
      inference: { flop: inference.flop },
      total,
      inferenceShare,
    })),
  };
}

/** Years from the start until inference passes training: 0 where it is ahead already, no number where it never does. */
const momentOf = ({ kind, years }: Crossing): number =>
  kind === "crosses" ? years! : kind === "already" ? 0 : Number.NaN;
