import { candidateChips } from "../catalog/fleets.ts";
import type { AcceleratorRow, FleetRow } from "../catalog/rows.ts";
import type { Chip } from "../core/chip.ts";
import { format, parseFleet } from "../units/index.ts";
import { noAnswer, ProblemError, refuse } from "../units/problem.ts";
import type { Bytes, BytesPerSecond, Count, FlopPerSecond } from "../units/quantity.ts";
import type { Facts, Priced } from "./facts.ts";

/** So many of one chip. */
export interface MachinePart extends Priced {
  readonly row: AcceleratorRow;
  readonly count: Count;
}

/** A fleet as the studies see it: named parts. */
export interface Machine {
  readonly id: string;
  readonly name: string;
  readonly chips: Count;
  /** Empty where the chip is not known. */
  readonly parts: readonly MachinePart[];
  readonly row?: FleetRow;
  /** Which rule read the name, where it was not an id. */
  readonly how?: string | undefined;
}

/** A chip by name; an unknown one is refused with the nearest names. */
export function chipNamed(text: string, facts: Facts, flag: string): { row: AcceleratorRow; how: string } {
  const lookup = facts.chip(text);
  if (lookup.found !== undefined) return { row: lookup.found, how: lookup.how };
  return refuse("E-NAME", `${flag} "${text}" is not an accelerator of the catalogue.`, {
    flag,
    ...nearestHint(lookup.nearest),
  });
}

/** The hint of a name that was not found: the nearest rows, or the command that lists all. */
export function nearestHint(
  rows: readonly { readonly id: string }[],
  list = "compute-est catalog list",
): { hint: string } {
  if (rows.length === 0) return { hint: `\`${list}\` shows all.` };
  return { hint: `Nearest: ${rows.map((row) => row.id).join(", ")}.` };
}

/** `COUNTxCHIP`, `COUNTxunknown` or the name of a known fleet. */
export function fleetNamed(text: string, facts: Facts, flag: string): Machine {
  const parsed = parseFleet(text);
  if (!parsed.ok)
    throw new ProblemError({
      ...parsed.problem,
      message: `${flag} ${parsed.problem.message}`,
      flag,
      exit: 2,
    });
  if ("id" in parsed.value) return knownFleet(parsed.value.id, facts, flag);
  const { count, chip: name } = parsed.value;
  if (name === null)
    return {
      id: `${count}xunknown`,
      name: `${format("integer", count)} of an unknown chip`,
      chips: count,
      parts: [],
    };
  const { row, how } = chipNamed(name, facts, flag);
  return machineOf(row, count, facts, how);
}

/** So many of one chip, as a fleet without a name of its own. */
export function machineOf(row: AcceleratorRow, count: Count, facts: Facts, how?: string): Machine {
  const { chip, rent, purchase } = facts.priced(row);
  return {
    id: `${count}x${row.id}`,
    name: `${format("integer", count)} x ${row.name}`,
    chips: count,
    parts: [{ chip, rent, purchase, row, count }],
    how,
  };
}

function knownFleet(text: string, facts: Facts, flag: string): Machine {
  const lookup = facts.fleet(text);
  if (lookup.found === undefined) {
    // a chip's name alone is a count left out
    const chip = facts.chip(text);
    const hint =
      chip.found === undefined ? nearestHint(lookup.nearest) : { hint: `How many? Write 1000x${text}.` };
    return refuse("E-NAME", `${flag} "${text}" is neither COUNTxCHIP nor a fleet of the catalogue.`, {
      flag,
      ...hint,
    });
  }
  return machineOfRow(lookup.found, facts, lookup.how);
}

/** A fleet of the catalogue with its chips looked up; parts of unknown chips are left out. */
function machineOfRow(row: FleetRow, facts: Facts, how?: string): Machine {
  const parts = row.parts.flatMap((part) => {
    const found =
      part.accelerator === null ? undefined : facts.chips.find((chip) => chip.id === part.accelerator);
    return found === undefined ? [] : [{ ...facts.priced(found), row: found, count: part.count }];
  });
  const chips = row.parts.reduce((sum, part) => sum + part.count, 0);
  const known = parts.reduce((sum, part) => sum + part.count, 0);
  return {
    id: row.id,
    name: row.name,
    chips,
    parts: known === chips ? parts : [],
    row,
    ...(how === undefined ? {} : { how }),
  };
}

/** A purchase without a date is taken as of the article that started this: April 2023. */
const UNDATED_PURCHASE = "2023-04";

/** One machine for each chip that a fleet of unknown chips could have been made of. */
export function candidatesOf(machine: Machine, facts: Facts): readonly Machine[] {
  const date = machine.row?.date ?? UNDATED_PURCHASE;
  return candidateChips(date, facts.fleets, facts.chips).map((row) => machineOf(row, machine.chips, facts));
}

export type MatmulPrecision = "fp32" | "tf32" | "fp16" | "bf16" | "fp8" | "mxfp8" | "nvfp4";

const PEAK_OF = {
  fp32: "fp32",
  tf32: "tf32",
  fp16: "fp16",
  bf16: "bf16",
  fp8: "fp8",
  mxfp8: "fp8",
  nvfp4: "fp4",
} as const;

/** 16-bit where the user did not say: bf16, or fp16 on chips without it. */
export function defaultPrecision(chip: Chip): MatmulPrecision {
  return chip.peak.bf16 === undefined && chip.peak.fp16 !== undefined ? "fp16" : "bf16";
}

/** Dense peak of one chip in a format; undefined where it has none. Sparse rates never count. */
export const peakOf = (chip: Chip, precision: MatmulPrecision): FlopPerSecond | undefined =>
  chip.peak[PEAK_OF[precision]];

/** The chip's peak, or a refusal that names the formats it has. */
export function requirePeak(chip: Chip, precision: MatmulPrecision): FlopPerSecond {
  const peak = peakOf(chip, precision);
  if (peak !== undefined) return peak;
  const has = (Object.keys(PEAK_OF) as MatmulPrecision[]).filter((name) => peakOf(chip, name) !== undefined);
  return noAnswer("E-PRECISION", `${chip.name} has no known matrix rate in ${precision}.`, {
    flag: "--precision",
    hint: has.length === 0 ? "The catalogue knows no rate of it." : `It has ${has.join(", ")}.`,
  });
}

/** Sum over a machine's parts; undefined as soon as one part is unknown. */
export function machineSum(machine: Machine, of: (chip: Chip) => number | undefined): number | undefined {
  if (machine.parts.length === 0) return undefined;
  let total = 0;
  for (const { chip, count } of machine.parts) {
    const value = of(chip);
    if (value === undefined) return undefined;
    total += value * count;
  }
  return total;
}

/** Dense FLOP/s of all chips; undefined as soon as one has no known rate in the format. */
export const machinePeak = (
  machine: Machine,
  precision: MatmulPrecision | undefined,
): FlopPerSecond | undefined =>
  machineSum(machine, (chip) => peakOf(chip, precision ?? defaultPrecision(chip)));
/** Bytes of memory of all chips; undefined as soon as one is not known. */
export const machineMemory = (machine: Machine): Bytes | undefined =>
  machineSum(machine, (chip) => chip.memory);
/** Bytes/s of memory of all chips; undefined as soon as one is not known. */
export const machineBandwidth = (machine: Machine): BytesPerSecond | undefined =>
  machineSum(machine, (chip) => chip.bandwidth);
