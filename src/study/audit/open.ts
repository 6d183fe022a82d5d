import type { Estimate } from "../../core/estimate.ts";
import { formatRange } from "../../units/index.ts";
import type { Interval } from "../document.ts";
import { distributionOf } from "../sample/distribution.ts";
import type { Input } from "../sample/draws.ts";
import type { Kernel } from "../sample/kernel.ts";
import { spreadOf } from "../sample/spread.ts";
import { type ClaimKind, recompute, type Setting } from "./setting.ts";

type OpenKey = "utilisation" | "goodput" | "tokens" | "peakToAverage" | "load" | "pue";

/** An input that a claim's source leaves open: what it is of the request and of the setting, and its 90 % interval. */
export interface OpenInput extends Input {
  readonly key: OpenKey;
  /** The setting's figure over the request's. */
  readonly scale: number;
  /** `MFU 0.3 to 0.5` */
  readonly text: string;
}

const NAMES: Readonly<Record<string, { readonly called: string; readonly key: OpenKey; bounded: boolean }>> =
  {
    mfu: { called: "MFU", key: "utilisation", bounded: true },
    utilisation: { called: "utilisation", key: "utilisation", bounded: true },
    goodput: { called: "goodput", key: "goodput", bounded: true },
    tokensPerParam: { called: "tokens a parameter", key: "tokens", bounded: false },
    peakToAverage: { called: "peak over mean", key: "peakToAverage", bounded: false },
    load: { called: "load", key: "load", bounded: true },
    pue: { called: "PUE", key: "pue", bounded: false },
  };

/** What is assumed of an input, as one that varies; nothing where it is one number. */
export function openInput(
  name: keyof typeof NAMES & string,
  { interval: [low, high] }: Estimate,
  scale = 1,
): readonly OpenInput[] {
  const { called, key, bounded } = NAMES[name]!;
  if (!(high > low)) return [];
  const text = `${called} ${formatRange("multiple", low, high)}`;
  return [{ name, key, scale, text, distribution: distributionOf({ low, high }, bounded) }];
}

/** What a claim comes to over the inputs that are open, and which of them move it. */
export interface Spread {
  readonly interval: Interval;
  readonly by: readonly OpenInput[];
}

/** Undefined where nothing open moves the figure: a hidden assumption settles the inputs that it changes. */
export function spreadUnder(kind: ClaimKind, setting: Setting, start: Setting = setting): Spread | undefined {
  const middle = recompute(kind, setting);
  const by = start.open.filter(({ key }) => {
    const value = setting[key];
    const still = value !== undefined && value === start[key];
    return still && recompute(kind, { ...setting, [key]: value / 2 }) !== middle;
  });
  if (middle === undefined || by.length === 0) return undefined;
  const kernel: Kernel = {
    inputs: by,
    outputs: ["recomputed"],
    run(values, out) {
      const drawn = by.map(({ key, scale }, index) => [key, values[index]! * scale]);
      out[0] = recompute(kind, { ...setting, ...Object.fromEntries(drawn) }) ?? Number.NaN;
    },
  };
  const interval = spreadOf(kernel).recomputed;
  return interval === undefined ? undefined : { interval, by };
}

export const within = ({ interval: { p05, p95 } }: Spread, value: number): boolean =>
  value >= p05 && value <= p95;

/** `what is assumed (MFU 0.3 to 0.5, goodput 0.65 to 0.95)` */
export const assumedText = (inputs: readonly string[]): string => `what is assumed (${inputs.join(", ")})`;
