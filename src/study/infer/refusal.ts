import type { WeightPrecision } from "../../core/serving/setup.ts";
import { counted, format } from "../../units/index.ts";
import { noAnswer } from "../../units/problem.ts";
import { sloParts } from "./assemble.ts";
import { candidateLayouts } from "./layouts.ts";
import type { InferRequest } from "./request.ts";
import { type Deployment, type Goal, type Rejected, search } from "./search.ts";
import { lacks, type Site } from "./setup.ts";

/** No layout is an answer: says which of memory, bounds and load is why, and the nearest that would be. */
export function refuseAll(
  site: Site,
  goal: Goal,
  request: InferRequest,
  rejected: readonly Rejected[],
): never {
  const near = rejected
    .flatMap(({ nearest }) => (nearest === undefined ? [] : [nearest]))
    .sort((a, b) => a.strain - b.strain)[0];
  if (near === undefined) return refuseMemory(site, goal, request);
  const { layout, gpus } = near;
  const shape = `tp ${layout.tp}, pp ${layout.pp}, dp ${layout.dp}`;
  if (near.strain <= 1) return refuseLoad(site, request, gpus);
  const best = sloParts(near, goal.bounds)
    .filter(({ met }) => !met)
    .map(
      ({ metric, statistic, valueSeconds }) => `${metric} ${statistic} ${format("duration", valueSeconds)}`,
    )
    .join(", ");
  return noAnswer(
    "E-SLO",
    `No layout of ${site.model.name} on ${site.part.row.name} meets "${request.slo}".`,
    {
      flag: "--slo",
      hint: `The best reaches ${best} (${shape}, ${counted(gpus, "accelerator", "integer")}).`,
    },
  );
}

/** Arrivals outrun the accelerators: those given, or where none are given the most that a search tries. */
function refuseLoad({ part }: Site, request: InferRequest, gpus: number): never {
  const fleet = `${format("integer", gpus)} x ${part.row.name}`;
  if (request.gpus === undefined && request.prefillGpus === undefined) {
    return noAnswer("E-LOAD", `The demand outruns even ${fleet}, the most that are tried.`, {
      hint: "Ask for less at once: a lower --rate, fewer --users, or shorter requests.",
    });
  }
  return noAnswer("E-LOAD", `${fleet} cannot keep up with the demand.`, {
    flag: request.gpus === undefined ? "--prefill-gpus" : "--gpus",
    hint:
      request.gpus === undefined
        ? "Give both kinds more accelerators."
        : "Leave --gpus out to have their number solved for.",
  });
}

/** What a request fixes of its layout. */
const LAYOUT_KEYS: ReadonlySet<string> = new Set(["gpus", "tp", "pp", "dp", "ep"]);

/** What else might fit, from the least change to the greatest. */
function refuseMemory(site: Site, goal: Goal, request: InferRequest): never {
  const fitting = (changed: Site, asked: InferRequest): Deployment | undefined => {
    const free = { ...goal, gpus: asked.gpus, bounds: [] };
    const { found, rejected } = search(changed, candidateLayouts(changed, asked), free);
    return [...found, ...rejected.flatMap(({ nearest }) => nearest ?? [])].sort((a, b) => a.gpus - b.gpus)[0];
  };
  const open = Object.fromEntries(
    Object.entries(request).filter(([key]) => !LAYOUT_KEYS.has(key)),
  ) as InferRequest;
  const ways: string[] = [];
  const more = fitting(site, open);
  if (more !== undefined)
    ways.push(
      counted(more.prepared.setup.layout.tp * more.layout.pp * more.layout.dp, "accelerator", "integer"),
    );
  const published = site.model.format ?? [];
  const narrow: readonly WeightPrecision[] =
    site.engine.class === "llamacpp" ? ["q4_k_m"] : [published, "fp8" as const, "int4" as const].flat();
  const enough = narrow.find(
    (weights) => !lacks(site.part.chip, weights) && fitting({ ...site, weights }, request) !== undefined,
  );
  if (enough !== undefined) ways.push(`--precision ${enough}`);
  return noAnswer(
    "E-MEMORY",
    `${site.model.name} in ${site.weights} with a request of ${counted(goal.tokens.input + goal.tokens.output, "token", "integer")} does not fit ${request.gpus === undefined ? "any layout of" : request.gpus === 1 ? "one" : `${request.gpus} x`} ${site.part.row.name}.`,
    {
      flag: request.gpus === undefined ? "--precision" : "--gpus",
      hint:
        ways.length === 0 ? "Take an accelerator with more memory." : `It fits ${ways.join(", or with ")}.`,
    },
  );
}
