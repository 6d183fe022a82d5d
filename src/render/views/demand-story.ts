import type { DemandResult, GrowthPart } from "../../study/demand/run.ts";
import { format } from "../../units/index.ts";
import type { Fact } from "../view.ts";

/** Ranges shown of those that move the crossover. */
const SHOWN_MOVERS = 4;

const count = (value: number) => format("count", value);
const times = (value: number) => `${format("multiple", value)}x`;

const NAMES: Readonly<Record<string, string>> = {
  params: "parameters",
  active: "parameters",
  tokens: "data",
  tokensPerParam: "tokens per parameter",
  rnd: "research over final runs",
  inputTokens: "tokens in",
  mediaTokens: "images and video",
  outputTokens: "tokens out",
  reasoningTokens: "reasoning",
};
const nameOf = (key: string): string => NAMES[key] ?? key;

/** What makes up a sequence. */
const SEQUENCE = ["inputTokens", "mediaTokens", "outputTokens", "reasoningTokens"];

/** The factors of a growth; what a sequence is made of is one where it grows alike. */
function growthText({ by }: GrowthPart): string {
  const parts = Object.entries(by).filter(([key]) => SEQUENCE.includes(key));
  const alike = parts.length > 1 && parts.every(([, factor]) => factor === parts[0]![1]);
  const rest = Object.entries(by).filter(([key]) => !alike || !SEQUENCE.includes(key));
  return [
    ...rest.map(([key, factor]) => `${nameOf(key)} ${times(factor)}`),
    ...(alike ? [`sequence ${times(parts[0]![1])}`] : []),
  ].join(" · ");
}

/** Who, how fast each side grows and by what, when they cross, and what moves that: all of it on a first screen. */
export function story(result: DemandResult): Fact[] {
  const { growth, market } = result;
  const found: Fact[] = [];
  const firms = firmsText(result);
  if (firms !== undefined) found.push({ label: "firms", value: firms });
  if (growth.training !== undefined)
    found.push({
      label: "training grows",
      value: `${times(growth.training.perYear)} a year`,
      note: growthText(growth.training),
    });
  if (growth.inference !== undefined)
    found.push({
      label: "inference grows",
      value: `${times(growth.inference.perYear)} a year`,
      note: growthText(growth.inference),
    });
  if (market.training !== undefined) found.push({ label: "crossover", value: crossoverText(result) });
  return [...found, ...moverFacts(result)];
}

/** The firms by name; by number too where it is another than the scenario's. */
function firmsText({ market }: DemandResult): string | undefined {
  const { firms, firmNames = [] } = market.training ?? {};
  if (firms === undefined || firmNames.length === 0) return undefined;
  const names = firmNames.join(", ");
  return firms === firmNames.length ? names : `${count(firms)}; the scenario names ${names}`;
}

function crossoverText(result: DemandResult): string {
  const { flop, chipHours } = result.crossover;
  const spread = crossingSpread(result);
  if (flop.kind === "crosses" && chipHours.kind === "crosses") {
    const [first, second] = [flop, chipHours].map(({ year }) => Math.floor(year!));
    return `Inference passes training in FLOP in ${first}${spread === undefined ? "" : ` (${spread})`} and in chip-hours in ${second}.`;
  }
  const same = flop.kind === chipHours.kind && flop.year === undefined && chipHours.year === undefined;
  const sentences = same ? [flop.sentence] : [flop.sentence, chipHours.sentence];
  return [...sentences, ...(spread === undefined ? [] : [`In FLOP over the ranges: ${spread}.`])].join(" ");
}

/** How far the draws of the ranges carry the crossover in FLOP, and the share of them in which it never comes. */
function crossingSpread({ intervals, answered, years }: DemandResult): string | undefined {
  const path = "crossover.flop.years";
  const interval = intervals?.[path];
  const start = years[0]?.year;
  if (interval === undefined || start === undefined) return undefined;
  const [early, late] = [interval.p05, interval.p95].map((after) => Math.floor(start + after));
  const never = 1 - (answered?.[path] ?? 1);
  if (never > 1 / 2) return `never in ${format("ratio", never)} of the draws`;
  const rest = never > 0 ? `, never in ${format("ratio", never)} of the draws` : "";
  return `${early} to ${late}${rest}`;
}

/** The ranges that move the crossover most, and the year at either end of each. */
function moverFacts({ movers }: DemandResult): Fact[] {
  return movers.slice(0, SHOWN_MOVERS).map(({ input, low, high }, index) => ({
    label: index === 0 ? "most moved by" : "",
    value: moverName(input),
    note: `${count(low.value)} to ${count(high.value)}: ${when(low.crossing)} to ${when(high.crossing)}`,
  }));
}

/** `inference.growth.params` -> `growth of parameters served`. */
function moverName(path: string): string {
  const [side, ...rest] = path.split(".");
  const key = rest.at(-1) ?? path;
  const both = key === "params" || key === "active";
  const name = both ? `parameters ${side === "training" ? "trained" : "served"}` : nameOf(key);
  return rest.includes("growth") ? `growth of ${name}` : name;
}

/** The year of a crossing as people say it. */
export function when({ kind, year }: DemandResult["crossover"]["flop"]): string {
  if (kind === "crosses" && year !== undefined) return year.toFixed(1);
  return kind === "already" ? "from the start" : "never";
}

/** Levels behind the growth: what is in flight, what serving takes, and known purchases beside it. */
export function levels({ inFlight, normalised, yardsticks, years }: DemandResult): Fact[] {
  const first = years[0];
  const found: Fact[] = [];
  if (inFlight !== undefined) found.push({ label: "in flight", value: inFlightText(inFlight) });
  if (normalised !== undefined && first !== undefined)
    found.push({ label: `serving in ${first.year}`, value: normalisedText(normalised) });
  if (yardsticks.length > 0 && (first?.total.chips ?? 0) > 0)
    found.push({
      label: "beside",
      value: yardsticks.map(({ name, gpus, ratio }) => `${times(ratio)} ${name} (${count(gpus)})`).join(", "),
    });
  return found;
}

/** Sequence x concurrency is memory, requests a second are the rate: chips by each, and which asks for more. */
function inFlightText(inFlight: NonNullable<DemandResult["inFlight"]>): string {
  const { requestsPerSecond, concurrency, kvBytes, chipsByCompute, chipsByMemory, binds } = inFlight;
  const memory = chipsByMemory === undefined ? "" : ` (${count(chipsByMemory)} chips)`;
  const bound = binds === undefined ? "" : `: ${binds} binds`;
  return `${count(concurrency)} requests hold ${format("bytes", kvBytes)} of KV cache${memory}; their rate of ${format("multiple", requestsPerSecond)}/s takes ${count(chipsByCompute)} chips${bound}`;
}

function normalisedText(normalised: NonNullable<DemandResult["normalised"]>): string {
  const { chipsPerBillionDaily, joulesPerToken, usdPerMillionTokens, impliedUtilisation } = normalised;
  return [
    `${format("multiple", chipsPerBillionDaily)} chips per 1e9 tokens a day`,
    ...(joulesPerToken === undefined ? [] : [`${format("multiple", joulesPerToken)} J a token`]),
    ...(usdPerMillionTokens === undefined ? [] : [`${format("money", usdPerMillionTokens)} a million`]),
    ...(impliedUtilisation === undefined ? [] : [`${format("ratio", impliedUtilisation)} of the peak used`]),
  ].join(", ");
}
