import { kvAllocatedBytesPerToken, kvBytes, kvBytesPerToken, kvFixedBytes } from "../../core/architecture.ts";
import { cachePerRequest, cachePool, weightBytesPerChip } from "../../core/serving/capacity.ts";
import { engineOverhead } from "../../core/serving/memory.ts";
import { preparePrompt } from "../../core/serving/prefill.ts";
import { spreads } from "../../core/serving/queueing.ts";
import { chipsOf } from "../../core/serving/setup.ts";
import { expectedTokens } from "../../core/serving/speculation.ts";
import type { Bound } from "../../units/slo.ts";
import type {
  DemandPart,
  InferResult,
  LatencyPart,
  MemoryPart,
  SloPart,
  StepPart,
  ThroughputPart,
} from "./result.ts";
import type { Deployment } from "./search.ts";
import type { Site } from "./setup.ts";

/** The figures of one deployment; money and comparisons are added by the caller. */
export function deploymentPart(
  site: Site,
  found: Deployment,
): Pick<
  InferResult,
  | "model"
  | "engine"
  | "request"
  | "demand"
  | "fleet"
  | "layout"
  | "latency"
  | "throughput"
  | "batch"
  | "step"
  | "prefill"
  | "memory"
> {
  const { model, part, engine, weights } = site;
  const { layout, gpus, replicas, load, times, prepared } = found;
  return {
    model: {
      name: model.name,
      params: model.params,
      active: model.active,
      precision: weights,
      kvBytesPerElement: prepared.kvBytes,
    },
    engine: { name: engine.name, class: engine.class, measured: engine.measured },
    request: { inputTokens: load.input, outputTokens: load.output, cachedTokens: load.cached ?? 0 },
    demand: demandPart(found),
    fleet: { gpu: part.row.id, name: part.row.name, gpus, replicas, gpusPerReplica: chipsOf(layout) },
    layout: { tp: layout.tp, pp: layout.pp, dp: layout.dp, ep: layout.ep },
    latency: latencyPart(found),
    throughput: throughputPart(found),
    batch: { perReplica: times.batch, fitsPerReplica: times.fitting },
    step: stepPart(found),
    prefill: {
      aloneSeconds: preparePrompt(prepared, load.input, load.cached).alone,
      workSeconds: times.promptWork,
    },
    memory: memoryPart(site, found),
  };
}

/** Little's law: requests in flight = requests a second x time in the system. */
function demandPart({ load, times, throughput }: Deployment): DemandPart {
  const requestsPerSecond = throughput / load.output;
  return {
    kind: load.kind as DemandPart["kind"],
    concurrency: requestsPerSecond * times.e2e,
    requestsPerSecond,
  };
}

function latencyPart({ prepared, load, times }: Deployment): LatencyPart {
  const { ttft, tpot, e2e } = spreads(prepared, load, times);
  return {
    ttftSeconds: ttft.mean,
    ttftP50Seconds: ttft.p50,
    ttftP90Seconds: ttft.p90,
    ttftP99Seconds: ttft.p99,
    tpotSeconds: tpot.mean,
    tpotP50Seconds: tpot.p50,
    tpotP90Seconds: tpot.p90,
    tpotP99Seconds: tpot.p99,
    e2eSeconds: e2e.mean,
    e2eP50Seconds: e2e.p50,
    e2eP90Seconds: e2e.p90,
    e2eP99Seconds: e2e.p99,
    gapSeconds: times.gap,
  };
}

function throughputPart({ load, times, throughput, gpus }: Deployment): ThroughputPart {
  return {
    outputTokensPerSecond: throughput,
    outputTokensPerSecondPerGpu: throughput / gpus,
    totalTokensPerSecondPerGpu: (throughput * (1 + load.input / load.output)) / gpus,
    outputTokensPerSecondPerUser: 1 / times.tpot,
    requestsPerSecond: throughput / load.output,
  };
}

/** One output token by cause; what other requests' prompts add closes the sum. */
function stepPart({ prepared, times }: Deployment): StepPart {
  const tokens = expectedTokens(prepared);
  const causes: Record<string, number> = { prefill: times.tpot - times.gap };
  for (const [cause, seconds] of Object.entries(times.step))
    if (cause !== "total") causes[cause] = seconds / tokens;
  return causes;
}

function memoryPart({ shape, part }: Site, { prepared, load, times }: Deployment): MemoryPart {
  const tokens = load.input + load.output;
  const pool = cachePool(prepared);
  const each = cachePerRequest(prepared, tokens);
  const { kvBytes: element } = prepared;
  const weights = weightBytesPerChip(prepared);
  return {
    fits: true,
    capacityBytesPerGpu: part.chip.memory,
    weightBytesPerGpu: weights,
    overheadBytesPerGpu: engineOverhead(prepared),
    kvPoolBytesPerGpu: pool,
    kvBytesPerToken: kvBytesPerToken(shape, element),
    kvAllocatedBytesPerToken: kvAllocatedBytesPerToken(shape, element),
    kvFixedBytesPerRequest: kvFixedBytes(shape, element),
    kvBytesPerRequest: kvBytes(shape, tokens, element),
    kvCapacityTokens: Math.floor((prepared.setup.layout.dp * pool * tokens) / each),
    kvUsedTokens: Math.round(Math.min(times.batch, times.fitting) * (load.input + load.output / 2)),
  };
}

/** Each bound of a deployment with what it reaches. */
export function sloParts(
  { prepared, load, times }: Deployment,
  bounds: readonly Bound[],
): readonly SloPart[] {
  const all = spreads(prepared, load, times);
  return bounds.map(({ metric, statistic, limit }) => {
    const value = all[metric][statistic];
    return { metric, statistic, limitSeconds: limit, valueSeconds: value, met: value <= limit };
  });
}

/** What stands in the way of fewer accelerators, or of more from these. */
export function limitPart(found: Deployment, slo: readonly SloPart[]): InferResult["limit"] {
  const { load, times, layout } = found;
  const tight = slo.toSorted((a, b) => b.valueSeconds / b.limitSeconds - a.valueSeconds / a.limitSeconds)[0];
  const [cause, share] = largestCause(found);
  const time = `most of a token's time is ${cause} (${Math.round(share * 100)} %)`;
  if (tight !== undefined && tight.valueSeconds > NEAR * tight.limitSeconds) {
    return {
      by: `the bound on ${tight.metric} ${tight.statistic}`,
      why: `more requests at once would break it; ${time}`,
    };
  }
  const wanted = load.kind === "closed" ? load.concurrency : times.batch;
  if (load.kind === "saturated" && times.batch < NEAR * times.fitting) {
    return {
      by: "the engine's batch",
      why: `so many run at once, of ${Math.floor(times.fitting)} that fit; ${time}`,
    };
  }
  if (wanted > NEAR * times.fitting || load.kind === "saturated") {
    return {
      by: "memory for keys and values",
      why: `a replica holds ${Math.floor(times.fitting)} such requests; ${time}`,
    };
  }
  const ranks = chipsOf(layout) > 1 ? "" : " on one accelerator";
  return { by: cause, why: `${time}${ranks}` };
}

/** A figure this near its bound is what binds. */
const NEAR = 0.8;

const CAUSES: Readonly<Record<string, string>> = {
  weights: "reading weights",
  experts: "reading experts",
  kv: "reading keys and values",
  elementwise: "norms, activations and routing",
  allReduce: "all-reduce between accelerators",
  dispatch: "sending tokens to experts",
  launch: "launching kernels",
  engine: "the engine's own time",
  draft: "making drafts",
  prefill: "other prompts' prefill",
};

function largestCause(found: Deployment): readonly [string, number] {
  const [cause = "", seconds = 0] = Object.entries(stepPart(found)).sort((a, b) => b[1] - a[1])[0] ?? [];
  return [CAUSES[cause] ?? cause, seconds / found.times.tpot];
}
