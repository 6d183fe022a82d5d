import energy from "../../data/catalogue/energy.json" with { type: "json" };
import { anchor } from "../../src/core/demand/anchors.ts";
import { embodiedCarbon, facilityEnergy, gridCarbon, partsCarbon } from "../../src/core/energy.ts";
import {
  ACCOUNTING_LIVES,
  acquisitionCost,
  economicRate,
  ownedCost,
  ownerRate,
  RUN_COST_GROWTH,
  rentCost,
  valueAfter,
} from "../../src/core/money.ts";
import { row } from "./row.ts";

const HOUR = 3600;
const KWH = 3.6e6;
const DAY = 86_400;

interface OwnedRun {
  readonly chip_hours: number;
  readonly price_per_chip: number;
  readonly acquired?: string;
  readonly start: string;
  readonly days_owned?: number;
  readonly k_oom_per_year?: number;
  readonly server_overhead: number;
  readonly interconnect?: number;
  readonly tdp_w: number;
  readonly server_power_ratio: number;
  readonly load: number;
  readonly pue: number;
  readonly usd_kwh: number;
  readonly chips?: number;
}

/** Method A of the source: prices of a server's share per chip, aged to the start of the run. */
function ownedRun(run: OwnedRun) {
  const oom = run.k_oom_per_year ?? 0.14;
  const networkShare = run.interconnect ?? 0.19;
  const days = run.days_owned ?? (Date.parse(run.start) - Date.parse(run.acquired!)) / 1000 / DAY;
  const age = days / 365.25;
  const chipTime = run.chip_hours * HOUR;
  const parts = ownedCost(
    chipTime,
    {
      serverUsdPerChip: run.price_per_chip,
      serverRatio: run.server_overhead,
      age,
      perYear: economicRate(oom),
      networkShare,
      utilisation: 1,
    },
    oom,
  );
  const joules = facilityEnergy(chipTime, run.tdp_w * run.server_power_ratio, run.load, run.pue);
  const electricity = (joules / KWH) * run.usd_kwh;
  return {
    value_at_start: valueAfter(run.price_per_chip, age, oom),
    chips: parts.chips,
    server: parts.servers,
    interconnect: parts.network,
    energy: electricity,
    total: parts.chips + parts.servers + parts.network + electricity,
    acquisition: acquisitionCost(run.chips ?? 0, run.price_per_chip, networkShare),
  };
}

interface CarbonRun {
  readonly devices: number;
  readonly watts: number;
  readonly days: number;
  readonly pue: number;
  readonly kg_per_kwh: number;
}

function carbonRun(run: CarbonRun) {
  const joules = facilityEnergy(run.devices * run.days * DAY, run.watts, 1, run.pue);
  return { mwh: joules / KWH / 1000, tco2e: gridCarbon(joules, run.kg_per_kwh) / 1000 };
}

type Amounts = Readonly<Record<string, number>> & { readonly days: number; readonly life_days: number };

function embodied(run: Amounts) {
  const part = (count: string, amount: string, kg: string) => ({
    count: run[count]!,
    amount: run[amount]!,
    kgPerUnit: run[kg]!,
  });
  const machine = partsCarbon([
    part("v100", "gpu_area_cm2", "gpu_kg_per_cm2"),
    part("cpu", "cpu_area_cm2", "cpu_kg_per_cm2"),
    part("servers", "ssd_gb", "ssd_kg_per_gb"),
    part("servers", "dram_gb", "dram_kg_per_gb"),
    { count: run.servers!, amount: 1, kgPerUnit: run.other_kg! },
  ]);
  const tonnes = embodiedCarbon(machine, run.days, run.life_days) / 1000;
  return { tco2e: tonnes, model: tonnes };
}

export const moneyRows = [
  row("cost-gpt4-amortised", ownedRun),
  row("cost-gpt3-amortised", ownedRun),
  row("cost-llama", ownedRun),
  row("cost-palm", ownedRun),
  row("cost-grok3", ownedRun),
  row<{ chip_hours: number; usd_chip_hour: number }>("cost-gpt4-cloud", (i) => ({
    usd: rentCost(i.chip_hours * HOUR, i.usd_chip_hour / HOUR),
  })),
  row<{ k: number }>("cost-epoch-life", ({ k }) => ({
    replacement_per_year: economicRate(k),
    effective_life_years: 1 / economicRate(k),
  })),
  row("cost-epoch-elec", () => energy.electricity_price.us_industrial_usd_per_kwh),
  row("cost-epoch-growth", () => ({
    growth_per_year: RUN_COST_GROWTH.value,
    ci90: RUN_COST_GROWTH.interval,
    billion_run_by: Math.ceil(2024 + Math.log(1e9 / 78e6) / Math.log(RUN_COST_GROWTH.value)),
  })),
  row<{ gpu_hours: number; usd_h: number }>("cost-dsv3", (i) => ({
    usd: rentCost(i.gpu_hours * HOUR, i.usd_h / HOUR),
  })),
  row("cost-depr-lives", () => {
    const { lambda, ...others } = ACCOUNTING_LIVES;
    return { ...others, lambda_: lambda };
  }),
  row<{ capex: number; years: number; opex_share: number }>("cost-h100-owner", (i) => {
    const perSecond = ownerRate(i.capex, i.years, i.opex_share, 1);
    return { usd_year: perSecond * 365.25 * DAY, usd_h: perSecond * HOUR };
  }),
  row("nrg-", carbonRun),
  row("nrg-xlm-embodied", embodied),
  row("nrg-chatgpt-query", () => ({
    wh: anchor("chatgpt-wh")?.value,
    prompts_per_day: anchor("chatgpt-prompts")?.value,
  })),
];
