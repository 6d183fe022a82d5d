import type { Interval } from "../document.ts";
import { HIDDEN_ASSUMPTIONS, type HiddenAssumption } from "./assumptions.ts";
import { cornersOf } from "./corners.ts";
import { type OpenInput, type Spread, spreadUnder, within } from "./open.ts";
import { type ClaimKind, recompute, type Setting } from "./setting.ts";

/** A published figure, in the base unit of its kind. */
export interface Claim {
  readonly kind: ClaimKind;
  readonly value: number;
  /** Half a unit of its last printed digit, relative to it: how exact it claims to be. */
  readonly rounding: number;
}

/** Hidden assumptions under which the claim is true. */
export interface Explanation {
  readonly assumptions: readonly Pick<HiddenAssumption, "id" | "sentence" | "mistake">[];
  readonly value: number;
  /** Claim over the value under these assumptions. */
  readonly ratio: number;
  /** Equal to the printed digits, not only near. */
  readonly exact: boolean;
  /** The value over what these assumptions leave open; the claim is true somewhere within it, where it is true at all. */
  readonly interval?: Interval | undefined;
  /** The inputs left open, in words. */
  readonly within?: readonly string[] | undefined;
}

export interface Audit {
  /** The claim from the stated inputs; absent where they do not determine it. */
  readonly recomputed?: number | undefined;
  /** Claim over recomputed: below 1 the claim is low. */
  readonly ratio?: number | undefined;
  /** The recomputed figure over the inputs that are assumed, and these in words. */
  readonly intervals?: Readonly<Record<string, Interval>> | undefined;
  readonly within?: readonly string[] | undefined;
  readonly verdict: "holds" | "holds-if" | "unexplained" | "undetermined";
  /** What makes it true, the most ordinary first. */
  readonly explanations: readonly Explanation[];
  /** Nearest that no set of assumptions passes, where none explains it. */
  readonly nearest?: Explanation | undefined;
}

/** How near a recomputed claim counts as true: sources round, and take slightly different peaks. */
const TOLERANCE = 0.05;
/** An explanation has to fit better: with free choices something always comes near. */
const EXPLAINING_TOLERANCE = 0.02;
/** Rounding that a printed figure is granted at most: "30,000" is not 25,000 to 35,000. */
const MOST_ROUNDING = 0.05;
/** Share of what the rest of a set does that an assumption may undo: of two that cancel out, neither is believed. */
const MOST_UNDONE = 0.25;
/** Sets of up to this many assumptions are tried: more of them explain anything. */
const MOST_TOGETHER = 3;
const MOST_SHOWN = 5;
/** A slip explains a figure only nearly alone. */
const MOST_WEIGHT = 7;

/**
 * Recomputes a claim, over the inputs that are assumed too; where it holds neither at their middle nor within their interval,
 * tries the usual hidden assumptions in sets of up to three and returns those that make it true: exact ones first, then the
 * most ordinary.
 */
export function audit(claim: Claim, setting: Setting): Audit {
  const recomputed = recompute(claim.kind, setting);
  const ratio = recomputed === undefined ? undefined : claim.value / recomputed;
  const spread = spreadUnder(claim.kind, setting);
  const found = {
    recomputed,
    ratio,
    ...(spread === undefined ? {} : { intervals: { recomputed: spread.interval } }),
  };
  if (ratio !== undefined && Math.abs(ratio - 1) <= TOLERANCE)
    return { ...found, verdict: "holds", explanations: [] };
  if (spread !== undefined && within(spread, claim.value))
    return { ...found, verdict: "holds", within: named(spread.by), explanations: [] };
  const rounding = Math.min(claim.rounding, MOST_ROUNDING);
  const tried = candidates({ ...claim, rounding }, setting);
  const explanations = explaining(
    tried,
    claim.value,
    Math.max(EXPLAINING_TOLERANCE, rounding),
    spread && endsOf(claim, setting, spread),
  );
  if (explanations.length > 0) return { ...found, verdict: "holds-if", explanations };
  const nearest = nearestOf(tried, ratio);
  return {
    ...found,
    verdict: recomputed === undefined && nearest === undefined ? "undetermined" : "unexplained",
    explanations: [],
    nearest,
  };
}

interface Tried extends Pick<Explanation, "value" | "ratio" | "exact"> {
  readonly set: readonly HiddenAssumption[];
  readonly weight: number;
  /** Over what the set leaves open. */
  readonly spread: Spread | undefined;
  /** Says only what inputs are of which something is assumed. */
  readonly ofOpen: boolean;
}

const named = (by: readonly OpenInput[]): readonly string[] => by.map(({ text }) => text);
const slips = ({ set }: Tried): boolean => set.some(({ group }) => group === "slip");
const miss = ({ ratio }: Pick<Tried, "ratio">): number => Math.abs(Math.log(ratio));
const shown = ({ set, value, ratio, exact, spread }: Tried): Explanation => ({
  assumptions: set.map(({ id, sentence, mistake }) => ({ id, sentence, mistake })),
  value,
  ratio,
  exact,
  ...(spread === undefined ? {} : { interval: spread.interval, within: named(spread.by) }),
});

/**
 * The sets that make a claim true. Where nothing they leave open moves it, it has to fit them; else it has to lie within their
 * interval, which is wide: then one assumption explains, no two, and no mistake is alleged of what inputs at their ends explain.
 */
function explaining(
  tried: readonly Tried[],
  value: number,
  tolerance: number,
  ends: Explanation | undefined,
): readonly Explanation[] {
  const fitting = tried
    .filter(({ spread }) => spread === undefined)
    // a slip moves the point and leaves the digits
    .filter((found) => (slips(found) ? found.exact : Math.abs(found.ratio - 1) <= tolerance))
    .sort((a, b) => Number(b.exact) - Number(a.exact) || a.weight - b.weight || miss(a) - miss(b));
  const loose = tried
    .filter((found) => found.spread !== undefined && found.set.length === 1 && !slips(found))
    .filter(({ spread }) => spread !== undefined && within(spread, value))
    .sort((a, b) => a.weight - b.weight || miss(a) - miss(b));
  const open = loose.filter(({ ofOpen }) => ofOpen);
  const plain = open.length > 0 || ends !== undefined ? open : loose;
  const found = minimal([...fitting, ...plain]);
  const fits = found.filter(({ spread }) => spread === undefined);
  const others = found.filter(({ spread }) => spread !== undefined);
  return [...fits.map(shown), ...(ends === undefined ? [] : [ends]), ...others.map(shown)].slice(
    0,
    MOST_SHOWN,
  );
}

/** The assumed inputs at their ends, where those reach a claim that their 90 % interval does not. */
function endsOf({ kind, value }: Claim, setting: Setting, { interval, by }: Spread): Explanation | undefined {
  const corners = cornersOf(by, (values) => {
    const drawn = by.map(({ key, name, scale }) => [key, (values[name] ?? 0) * scale]);
    return recompute(kind, { ...setting, ...Object.fromEntries(drawn) });
  });
  if (corners === undefined || value < corners[0] || value > corners[1]) return undefined;
  const end = value < interval.p05 ? interval.p05 : interval.p95;
  const sentence = `several of the assumed inputs are near their ends at once (${named(by).join(", ")})`;
  return { assumptions: [{ id: "assumed-ends", sentence }], value: end, ratio: value / end, exact: false };
}

/** The set that comes nearest, where one comes nearer than none. */
function nearestOf(tried: readonly Tried[], ratio: number | undefined): Explanation | undefined {
  const least = ratio === undefined ? Number.POSITIVE_INFINITY : miss({ ratio });
  const nearest = tried
    .filter((found) => !slips(found) && miss(found) < least)
    .reduce<Tried | undefined>(
      (best, found) => (best === undefined || miss(found) < miss(best) ? found : best),
      undefined,
    );
  return nearest === undefined ? undefined : shown(nearest);
}

/** Every set of assumptions that applies and does not cancel out, with what the claim then comes to. */
function candidates({ kind, value, rounding }: Claim, start: Setting): readonly Tried[] {
  const usable = HIDDEN_ASSUMPTIONS.filter(
    ({ kinds, settles = [] }) => kinds.includes(kind) && !settles.some((key) => start.stated.includes(key)),
  );
  const found: Tried[] = [];
  const extend = (
    from: number,
    set: readonly HiddenAssumption[],
    setting: Setting,
    swings: readonly number[],
  ): void => {
    for (let i = from; i < usable.length; i++) {
      const next = usable[i]!;
      const longer = [...set, next];
      const weight = longer.reduce((sum, { ordinary }) => sum + ordinary, 0);
      if (weight > MOST_WEIGHT || set.some(({ group }) => group === next.group)) continue;
      const changed = next.apply(setting);
      const before = recompute(kind, setting);
      const under = changed === undefined ? undefined : recompute(kind, changed);
      if (changed === undefined || under === undefined || under === before) continue;
      const moved = [...swings, Math.log(under / (before ?? under))];
      if (!cancels(moved)) {
        const ratio = value / under;
        const spread = spreadUnder(kind, changed, start);
        found.push({
          set: longer,
          weight,
          value: under,
          ratio,
          exact: spread === undefined && Math.abs(ratio - 1) <= rounding,
          spread,
          ofOpen: longer.every(({ settles }) => start.open.some(({ name }) => settles?.includes(name))),
        });
      }
      if (longer.length < MOST_TOGETHER) extend(i + 1, longer, changed, moved);
    }
  };
  extend(0, [], start, []);
  return found;
}

/** Whether some raise the figure and others lower it, by amounts that are alike. */
function cancels(swings: readonly number[]): boolean {
  const [up, down] = [1, -1].map((sign) => swings.reduce((sum, swing) => sum + Math.max(0, sign * swing), 0));
  return Math.min(up!, down!) > MOST_UNDONE * Math.max(up!, down!);
}

/** Leaves out a set where a part of it explains the claim as well. */
function minimal(ranked: readonly Tried[]): readonly Tried[] {
  return ranked.filter(
    ({ set, exact }) =>
      !ranked.some(
        (other) =>
          other.set.length < set.length &&
          (other.exact || !exact) &&
          other.set.every((assumption) => set.includes(assumption)),
      ),
  );
}

/** Half a unit of the last significant digit of a printed number, relative to it: 31271 -> 1.6e-5, 1.7e22 -> 0.03. */
export function roundingOf(printed: string): number {
  const digits = printed
    .replace(/[,_\s]/g, "")
    .replace(/e[+-]?\d+$/i, "")
    .replace(/[^\d.]/g, "");
  const whole = digits.includes(".") ? digits.replace(".", "") : digits.replace(/0+$/, "");
  const significant = whole.replace(/^0+/, "");
  return significant === "" ? 0.5 : 0.5 / Number(significant);
}
