import { HIDDEN_ASSUMPTIONS, type HiddenAssumption } from "./assumptions.ts";
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
}

export interface Audit {
  /** The claim from the stated inputs; absent where they do not determine it. */
  readonly recomputed?: number | undefined;
  /** Claim over recomputed: below 1 the claim is low. */
  readonly ratio?: number | undefined;
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
/** Rank that an assumption loses by contradicting what the source states. */
const CONTRADICTION = 2;
/** Sets of up to this many assumptions are tried: more of them explain anything. */
const MOST_TOGETHER = 3;
const MOST_SHOWN = 5;
/** A slip explains a figure only nearly alone. */
const MOST_WEIGHT = 7;

/**
 * Recomputes a claim; where it does not hold under what is stated, tries the usual hidden assumptions in sets of up to three
 * and returns those that make it true: exact ones first, then the most ordinary.
 */
export function audit(claim: Claim, setting: Setting): Audit {
  const recomputed = recompute(claim.kind, setting);
  const ratio = recomputed === undefined ? undefined : claim.value / recomputed;
  if (ratio !== undefined && Math.abs(ratio - 1) <= TOLERANCE)
    return { recomputed, ratio, verdict: "holds", explanations: [] };
  const rounding = Math.min(claim.rounding, MOST_ROUNDING);
  const tolerance = Math.max(EXPLAINING_TOLERANCE, rounding);
  const tried = candidates({ ...claim, rounding }, setting);
  const explaining = tried
    // a slip moves the point and leaves the digits
    .filter((found) => (slips(found) ? found.exact : Math.abs(found.ratio - 1) <= tolerance))
    .sort((a, b) => Number(b.exact) - Number(a.exact) || a.weight - b.weight || miss(a) - miss(b));
  const explanations = minimal(explaining).slice(0, MOST_SHOWN).map(shown);
  if (explanations.length > 0) return { recomputed, ratio, verdict: "holds-if", explanations };
  const consistent = tried.filter((found) => !slips(found) && !found.contradicts);
  const nearest = consistent.reduce<Tried | undefined>(
    (best, found) => (best === undefined || miss(found) < miss(best) ? found : best),
    undefined,
  );
  return {
    recomputed,
    ratio,
    verdict: recomputed === undefined && nearest === undefined ? "undetermined" : "unexplained",
    explanations: [],
    nearest: nearest === undefined ? undefined : shown(nearest),
  };
}

interface Tried extends Omit<Explanation, "assumptions"> {
  readonly set: readonly HiddenAssumption[];
  readonly weight: number;
  /** Goes against something that the source states. */
  readonly contradicts: boolean;
}

const slips = ({ set }: Tried): boolean => set.some(({ group }) => group === "slip");
const miss = ({ ratio }: Tried): number => Math.abs(Math.log(ratio));
const shown = ({ set, value, ratio, exact }: Tried): Explanation => ({
  assumptions: set.map(({ id, sentence, mistake }) => ({ id, sentence, mistake })),
  value,
  ratio,
  exact,
});

/** Every set of assumptions that applies, with what the claim then comes to. */
function candidates({ kind, value, rounding }: Claim, start: Setting): readonly Tried[] {
  const usable = HIDDEN_ASSUMPTIONS.filter(({ kinds }) => kinds.includes(kind));
  const found: Tried[] = [];
  const extend = (from: number, set: readonly HiddenAssumption[], setting: Setting, weight: number): void => {
    for (let i = from; i < usable.length; i++) {
      const next = usable[i]!;
      const total = weight + next.ordinary + (start.stated.includes(next.group) ? CONTRADICTION : 0);
      if (total > MOST_WEIGHT || set.some(({ group }) => group === next.group)) continue;
      const changed = next.apply(setting);
      const under = changed === undefined ? undefined : recompute(kind, changed);
      if (changed === undefined || under === undefined || under === recompute(kind, setting)) continue;
      const ratio = value / under;
      const longer = [...set, next];
      const contradicts = longer.some(({ group }) => start.stated.includes(group));
      const exact = Math.abs(ratio - 1) <= rounding;
      found.push({ set: longer, weight: total, value: under, ratio, exact, contradicts });
      if (longer.length < MOST_TOGETHER) extend(i + 1, longer, changed, total);
    }
  };
  extend(0, [], start, 0);
  return found;
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
