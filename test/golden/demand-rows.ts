import { anchor, annualGrowth } from "../../src/core/demand/anchors.ts";
import { parityDays, parityTokens } from "../../src/core/demand/crossover.ts";
import { arrivalRate, normalise } from "../../src/core/demand/serving.ts";
import { CHIP_STOCKS, COLOSSUS, h100EquivalentOfRate } from "../../src/core/demand/supply.ts";
import { rndMultiplier, scaledFromGpt3 } from "../../src/core/demand/training.ts";
import { chipsByLatency, chipsByThroughput } from "../../src/core/demand/triangulate.ts";
import { energyCost, facilityEnergy } from "../../src/core/energy.ts";
import { rentCost } from "../../src/core/money.ts";
import { flop6ND } from "../../src/core/training/run.ts";
import { row } from "./row.ts";

const DAY = 86_400;
const HOUR = 3600;
const KWH = 3.6e6;
const PFD = 8.64e19;

/** Cases whose inputs are a record of plain numbers. */
type Numbers<Key extends string> = Readonly<Record<Key, number>>;

const stock = (id: string) => {
  const { units, h100e, power, h100eInterval } = CHIP_STOCKS.find((row) => row.id === id)!;
  return { units, h100e, mw: power / 1e6, h100e_p5: h100eInterval?.[0], h100e_p95: h100eInterval?.[1] };
};
const market = (i: Numbers<"servers" | "gpus" | "gpu_price" | "gpu_share">) => ({
  market: (i.servers * i.gpus * i.gpu_price) / i.gpu_share,
});
const pfd = (i: Numbers<"N" | "D">) => ({ pfd: flop6ND(i.N, i.D) / PFD });
const powerBill = (watts: number, usdPerKwh: number) =>
  energyCost(facilityEnergy(DAY, watts, 1, 1), usdPerKwh / KWH);

type Query = Numbers<"N_active" | "out_tokens" | "peak" | "util" | "server_w_per_gpu" | "pue" | "load">;

export const demandRows = [
  row<Numbers<"params_bn">>("dem-ark-gpt4", (i) => ({ pfd: scaledFromGpt3(i.params_bn * 1e9) / PFD })),
  row<Numbers<"pfd">>("dem-ark-gpt4-flop", (i) => ({ flop: i.pfd * PFD })),
  row("dem-ark-fixed-tokens", pfd),
  row("dem-ark-chinchilla-tokens", pfd),
  row<Numbers<"flop">>("dem-epoch-gpt4-pfd", (i) => ({ pfd: i.flop / PFD })),

  row<Numbers<"visits_per_day" | "questions" | "words" | "seconds_per_word">>("dem-guosheng-30k", (i) => ({
    gpus_order: chipsByLatency(i.visits_per_day * i.questions * i.words, i.seconds_per_word),
  })),
  row<Numbers<"servers" | "kw" | "usd_kwh">>("dem-guosheng-power", (i) => ({
    usd_per_day: powerBill(i.servers * i.kw * 1000, i.usd_kwh),
  })),
  row<Numbers<"servers" | "usd_server">>("dem-guosheng-capex", (i) => ({ usd: i.servers * i.usd_server })),
  row<Numbers<"dgx_per_rack" | "usd_server" | "gpus_per_server">>("dem-guosheng-rack", (i) => ({
    usd: i.dgx_per_rack * i.usd_server,
    gpus: i.dgx_per_rack * i.gpus_per_server,
  })),
  row<Numbers<"gpus" | "usd_gpu_hour">>("dem-semianalysis-daily", (i) => ({
    usd_per_day: rentCost(i.gpus * DAY, i.usd_gpu_hour / HOUR),
  })),
  row<Numbers<"gpus" | "gpus_per_server">>("dem-citic-servers", (i) => ({
    servers: Math.ceil(i.gpus / i.gpus_per_server),
  })),
  row<Numbers<"servers_one" | "firms">>("dem-citic-firms", (i) => ({ servers: i.servers_one * i.firms })),
  row<Numbers<"usd_servers_one" | "firms">>("dem-citic-market", (i) => ({
    product: i.usd_servers_one * i.firms,
    usd: 2.0e9, // as printed: the product does not give it
  })),
  row<Numbers<"gpus" | "gpus_per_server" | "usd_total">>("dem-citic-search", (i) => {
    const servers = i.gpus / i.gpus_per_server;
    return { servers, usd_per_server: i.usd_total / servers };
  }),
  row<Numbers<"servers" | "rent_per_month" | "months">>("dem-moomoo-rent", (i) => ({
    total: i.servers * i.rent_per_month * i.months,
  })),
  row("dem-guangfa-market", market),

  row<Numbers<"concurrency" | "latency_s">>("dem-little-law", (i) => ({
    qps: arrivalRate(i.concurrency, i.latency_s),
  })),
  row<Numbers<"peak" | "N" | "eff">>("dem-k100-throughput", (i) => ({
    tokens_per_s_ideal: i.peak / (2 * i.N),
    tokens_per_s: (i.peak / (2 * i.N)) * i.eff,
  })),
  row<Numbers<"qps" | "tokens" | "tokens_per_s_card">>("dem-k100-cards", (i) => ({
    cards: chipsByThroughput(i.qps * i.tokens * DAY, i.tokens_per_s_card),
  })),
  row<Numbers<"qps" | "gpus_per_query_s" | "usd_gpu">>("dem-hn-google", (i) => {
    const gpus = chipsByLatency(i.qps * DAY, i.gpus_per_query_s);
    return { gpus, usd: gpus * i.usd_gpu };
  }),
  row<Numbers<"qps" | "qps_per_system">>("dem-vsora-systems", (i) => ({
    systems: chipsByThroughput(i.qps * DAY, i.qps_per_system),
  })),
  row<Numbers<"mw" | "usd_kwh">>("dem-vsora-energy", (i) => ({
    usd_per_day: powerBill(i.mw * 1e6, i.usd_kwh),
  })),
  row<Query>("dem-epoch-query", (i) => {
    const gpu_seconds = (2 * i.N_active * i.out_tokens) / (i.peak * i.util);
    const watts = facilityEnergy(1, i.server_w_per_gpu, i.load, i.pue);
    return { gpu_seconds, watts, wh: (gpu_seconds * watts) / HOUR };
  }),
  row<Numbers<"nodes" | "gpus_per_node" | "hours" | "usd_gpu_hour">>("dem-deepseek-cost", (i) => ({
    usd_per_day: rentCost(i.nodes * i.gpus_per_node * i.hours * HOUR, i.usd_gpu_hour / HOUR),
  })),
  row<Numbers<"hit" | "total">>("dem-deepseek-cachehit", (i) => ({ rate: i.hit / i.total })),
  row<Numbers<"peak_nodes" | "avg_nodes">>("dem-deepseek-peakavg", (i) => ({
    peak_to_avg: i.peak_nodes / i.avg_nodes,
  })),

  row<Numbers<"tokens_month" | "days">>("dem-tok-google-daily", (i) => ({
    tokens_day: i.tokens_month / i.days,
  })),
  row<Numbers<"days">>("dem-tok-openai-api", ({ days }) => ({
    tokens_month: anchor("openai-api")!.value * 60 * 24 * days,
  })),
  row("dem-tok-google-series", () => ({
    annual_growth_May_Oct: annualGrowth(anchor("google-2025-05")!.value, anchor("google-2025-10")!.value, 5),
  })),
  row("dem-tok-ms", () => ({
    share_last_month: anchor("microsoft-month")!.value / anchor("microsoft-quarter")!.value,
  })),
  row<Numbers<"D_train" | "tokens_per_day">>("dem-parity-tokens", (i) => ({
    days: parityDays(parityTokens(i.D_train, 1), i.tokens_per_day),
    annual_tokens: i.tokens_per_day * 365,
  })),
  row<Numbers<"train_flop" | "N" | "tokens_per_day">>("dem-gpt3-parity-days", (i) => ({
    days: parityDays(parityTokens(i.train_flop / (6 * i.N), 1), i.tokens_per_day),
  })),
  row<{ final_share: number[] }>("dem-rnd-multiplier", (i) => ({
    multiplier: i.final_share.map(rndMultiplier),
  })),
  row("dem-idc-workload", () => ({
    inference: anchor("idc-inference")?.value,
    training: anchor("idc-training")?.value,
  })),

  row("sup-nvidia", () => stock("nvidia")),
  row("sup-tpu", () => stock("tpu")),
  row("sup-china", () => stock("china")),
  row<Numbers<"a100_units">>("sup-a100-h100e", (i) => ({
    h100e: i.a100_units * h100EquivalentOfRate(624e12),
  })),
  row("sup-xai-colossus", () => ({
    h100e: COLOSSUS.h100e,
    mw: COLOSSUS.power / 1e6,
    capital_usd: COLOSSUS.capital,
  })),

  row<Numbers<"gpus" | "bn_units_per_day">>("norm-", (i) => ({
    gpus_per_bn_per_day: normalise({ chips: i.gpus, tokensPerDay: i.bn_units_per_day * 1e9 })
      ?.chipsPerBillionDaily,
  })),
  row<Numbers<"N" | "D" | "peak" | "usd_h">>("lint-neuralbase", (i) => {
    const chipSeconds = flop6ND(i.N, i.D) / i.peak;
    return {
      flop: flop6ND(i.N, i.D),
      gpu_days_at_100pct: chipSeconds / DAY,
      usd_at_100pct: rentCost(chipSeconds, i.usd_h / HOUR),
    };
  }),
];
