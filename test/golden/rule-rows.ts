import { imageTokens, MEDIA_RULES, mediaTokens } from "../../src/core/demand/media.ts";
import {
  EXPORT_RULES,
  exportClass,
  performanceDensity,
  processingPerformance,
  reviewedCaseByCase,
  totalProcessingPerformance,
} from "../../src/core/export-control.ts";
import { workCost } from "../../src/core/money.ts";
import {
  EU_MODIFIER_SHARE,
  MODELS_ABOVE_1E26,
  modifierLimit,
  THRESHOLDS,
} from "../../src/core/thresholds.ts";
import { row } from "./row.ts";

const HOUR = 3600;
const threshold = (id: string) => THRESHOLDS.find((rule) => rule.id === id)!;
const media = (id: string) => MEDIA_RULES[id]!;
const patchRule = (id: string) => {
  const { image } = media(id);
  return image.kind === "patches" ? image : undefined;
};

interface Picture {
  readonly w: number;
  readonly h: number;
}
const picture = (rule: string) => (i: Picture) => ({ tokens: imageTokens(media(rule).image, i.w, i.h) });

/** What the rules' own rows say with a name of their own for each limit. */
const also = (id: string, key: string) => threshold(id).also?.[key];

interface PricedWork {
  readonly flop: number;
  readonly peak: number;
  readonly mfu: number;
  readonly usd_h: number;
  readonly failure: number;
}

export const ruleRows = [
  row("mm-gpt4o", picture("gpt-4o")),
  row("mm-gpt41", picture("gpt-4.1")),
  row("mm-gpt41-multipliers", () => ({
    mini: patchRule("gpt-4.1-mini")?.multiplier,
    nano: patchRule("gpt-4.1-nano")?.multiplier,
    patch_px: patchRule("gpt-4.1")?.patch,
    cap: patchRule("gpt-4.1")?.cap,
  })),
  row("mm-gemini", picture("gemini-2.0")),
  row<{ seconds: number }>("mm-gemini-video", ({ seconds }) => ({ tokens: clip(seconds, 0) })),
  row<{ seconds: number }>("mm-gemini-audio", ({ seconds }) => ({ tokens: clip(0, seconds) })),
  row("mm-qwen", picture("qwen2-vl")),
  row("mm-qwen-cap", () => {
    const { image } = media("qwen2-vl");
    return image.kind === "rounded" ? { min: image.least, max: image.most } : {};
  }),
  row<{ px: number }>("mm-llava15", ({ px }) => picture("llava-1.5")({ w: px, h: px })),
  row("lint-gpt4v-tiles", picture("gpt-4o")),

  row("thr-eu-systemic", () => ({ flop: threshold("eu-systemic").flop })),
  row("thr-eu-gpai", () => ({ flop: threshold("eu-gpai").flop })),
  row("thr-eu-modifier", () => ({
    fraction: EU_MODIFIER_SHARE,
    unknown_systemic: modifierLimit(undefined, threshold("eu-systemic").flop),
    unknown_gpai: modifierLimit(undefined, threshold("eu-gpai").flop),
  })),
  row("thr-us-eo14110", () => ({
    model: threshold("us-eo-14110").flop,
    bio: also("us-eo-14110", "biologyFlop"),
    cluster_ops_per_s: also("us-eo-14110", "clusterFlopPerSecond"),
    network_gbit: also("us-eo-14110", "clusterNetworkBitPerSecond")! / 1e9,
    status: `${threshold("us-eo-14110").status} ${threshold("us-eo-14110").date}`,
  })),
  row<{ flop: number; peak: number; util: number }>("thr-us-h100-hours", (i) => ({
    hours: i.flop / (i.peak * i.util) / HOUR,
  })),
  row("thr-ca-sb53", () => ({
    flop: threshold("ca-sb53").flop,
    includes: threshold("ca-sb53").counts,
    large_dev_revenue_usd: also("ca-sb53", "largeDeveloperRevenueUsd"),
  })),
  row("thr-ca-sb1047", () => ({
    flop: threshold("ca-sb1047").flop,
    cost_usd: also("ca-sb1047", "costUsd"),
    finetune_flop: also("ca-sb1047", "fineTuneFlop"),
    finetune_cost_usd: also("ca-sb1047", "fineTuneCostUsd"),
    status: threshold("ca-sb1047").status,
  })),
  row("thr-ny-raise", () => ({ flop: threshold("ny-raise").flop, cost_usd: also("ny-raise", "costUsd") })),
  row<PricedWork>("thr-cost-", (i) => ({
    usd: workCost(i.flop, i.peak * i.mfu, i.usd_h / HOUR, i.failure),
  })),
  row("thr-count-1e26", () => MODELS_ABOVE_1E26),

  row<{ tops: number; bits: number }>("exp-bis-16bit", ({ tops, bits }) => ({
    tpp: processingPerformance(tops * 1e12, bits),
  })),
  row("exp-3a090-rules", () => ({
    a1: EXPORT_RULES.a1.text,
    a2: EXPORT_RULES.a2.text,
    b1: EXPORT_RULES.b1.text,
    b2: EXPORT_RULES.b2.text,
    case_by_case_2026: EXPORT_RULES.caseByCase.text,
  })),
  row<{ fp8_tflops: number; die_mm2: number }>("exp-h100", ({ fp8_tflops, die_mm2 }) => {
    const tpp = tppOfEightBit(fp8_tflops);
    const pd = performanceDensity(tpp, die_mm2);
    return { tpp, pd, ecc: exportClass(tpp, pd)?.id };
  }),
  row<{ fp8_tflops: number }>("exp-b200", ({ fp8_tflops }) => {
    const tpp = tppOfEightBit(fp8_tflops);
    return { tpp, under_21000: reviewedCaseByCase(tpp, 0) };
  }),
];

const clip = (videoSeconds: number, audioSeconds: number) =>
  mediaTokens(media("gemini-2.0"), { images: 0, imageWidth: 0, imageHeight: 0, videoSeconds, audioSeconds });

const tppOfEightBit = (tflops: number) =>
  totalProcessingPerformance({
    id: "x",
    name: "x",
    vendor: "x",
    architecture: "x",
    year: 2024,
    kind: "datacenter",
    peak: { fp8: tflops * 1e12, bf16: (tflops / 2) * 1e12 },
    measuredMatmul: {},
  });
