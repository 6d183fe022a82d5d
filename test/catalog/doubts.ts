import type { AcceleratorRow, FleetRow, ModelRow } from "../../src/catalog/rows.ts";

/** A figure that physics or arithmetic makes doubtful. */
export interface Doubt {
  readonly id: string;
  readonly rule:
    | "fp8-rate"
    | "int8-rate"
    | "fp16-rate"
    | "system-power"
    | "intensity"
    | "parameters"
    | "parts";
  readonly message: string;
}

/** A chip with an fp8 path runs it at 1.8 to 2.2 times 16-bit; one without runs it at the 16-bit rate. */
const FAST_FP8 = 1.8;
/** FLOP per byte of memory traffic of data-centre chips with HBM. */
const INTENSITY = [50, 700] as const;
/** Published parameter counts are rounded to two or three digits. */
const PARAMETER_TOLERANCE = 0.02;

/** Sparse rates taken for dense, a server that draws less than its chips, a bandwidth off by ten: what a row may betray. */
export function doubtsOfChip(row: AcceleratorRow): Doubt[] {
  const doubts: Doubt[] = [];
  const doubt = (rule: Doubt["rule"], message: string) => doubts.push({ id: row.id, rule, message });
  const { bf16, fp16, fp8, int8 } = row.tflops_dense;
  if (bf16 && fp8 && fp8 !== bf16 && fp8 < FAST_FP8 * bf16) {
    doubt("fp8-rate", `fp8 at ${fp8} TFLOP/s is neither bf16's ${bf16} nor about twice it`);
  }
  if (bf16 && int8 && int8 < bf16) doubt("int8-rate", `int8 at ${int8} TOP/s is below bf16's ${bf16}`);
  if (bf16 && fp16 && fp16 !== bf16)
    doubt("fp16-rate", `fp16 at ${fp16} TFLOP/s differs from bf16's ${bf16}`);
  const system = row.system_power;
  const perChip = system ? (system.system_kw * 1000) / system.chips : undefined;
  if (perChip && row.tdp_w && perChip < row.tdp_w) {
    doubt(
      "system-power",
      `its system draws ${Math.round(perChip)} W a chip, less than the ${row.tdp_w} W of the chip`,
    );
  }
  const intensity = intensityOf(row);
  if (intensity && (intensity < INTENSITY[0] || intensity > INTENSITY[1])) {
    doubt(
      "intensity",
      `${Math.round(intensity)} FLOP per byte of memory traffic, outside ${INTENSITY.join(" to ")}`,
    );
  }
  return doubts;
}

/** Peak bf16 over bandwidth of a data-centre chip with HBM. */
function intensityOf(row: AcceleratorRow): number | undefined {
  const { bf16 } = row.tflops_dense;
  const bandwidth = row.memory?.bandwidth_gbs;
  const hbm = row.kind === "datacenter" && row.memory?.type?.startsWith("HBM") === true;
  return hbm && bf16 && bandwidth ? (bf16 * 1e12) / (bandwidth * 1e9) : undefined;
}

/** A shape whose parameters (`total`, counted from it) are not those the row states. */
export function doubtsOfModel(row: ModelRow, total: number): Doubt[] {
  const published = row.params_total_published;
  const message = (what: string) => `its shape has ${total} parameters, ${what}`;
  if (row.params_total_computed && row.params_total_computed !== total) {
    return [
      { id: row.id, rule: "parameters", message: message(`the row says ${row.params_total_computed}`) },
    ];
  }
  if (published && Math.abs(total / published - 1) > PARAMETER_TOLERANCE) {
    return [{ id: row.id, rule: "parameters", message: message(`published are ${published}`) }];
  }
  return [];
}

/** Parts of chips that the catalogue does not have. */
export function doubtsOfFleet(row: FleetRow, chips: readonly AcceleratorRow[]): Doubt[] {
  return row.parts
    .filter(({ accelerator }) => accelerator !== null && !chips.some(({ id }) => id === accelerator))
    .map(({ accelerator }) => ({
      id: row.id,
      rule: "parts",
      message: `no accelerator is called ${accelerator}`,
    }));
}
