import { KINDS, type Kind, type Unit } from "./kinds.ts";

/** What a unit's text stands for: number x 10^power x scale base units. */
export interface Scale {
  readonly power: number;
  readonly scale: number;
}

const BINARY = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** A unit's text in exact case (spaces left out, no dollars) -> its scale; undefined where the kind has no such unit. */
export function scaleOf(kind: Kind, text: string): Scale | undefined {
  const { bare, units } = KINDS[kind];
  const letter = prefixed(bare.letters ?? {}, bare.binary === true, text);
  if (letter !== undefined) return { power: letter.power, scale: bare.scale * letter.scale };
  return namedScale(units, text);
}

/** The same for units that carry a name, whose text alone tells the dimension: a lone T does not. */
export function namedScale(units: readonly Unit[], text: string): Scale | undefined {
  for (const { spellings, prefixes, binary, power = 0, scale } of units) {
    for (const spelling of spellings) {
      if (!text.endsWith(spelling)) continue;
      const prefix = prefixed(prefixes, binary === true, text.slice(0, text.length - spelling.length));
      if (prefix !== undefined) return { power: power + prefix.power, scale: scale * prefix.scale };
    }
  }
  return undefined;
}

function prefixed(prefixes: Unit["prefixes"], binary: boolean, text: string): Scale | undefined {
  if (text === "") return { power: 0, scale: 1 };
  if (Object.hasOwn(prefixes, text)) return { power: prefixes[text] ?? 0, scale: 1 };
  const step = binary ? BINARY.indexOf(text) : -1;
  return step < 0 ? undefined : { power: 0, scale: 1024 ** (step + 1) };
}

/** Units of the kind that a text would be in another case, one spelling each: "gb" may be GB or Gb. */
export function otherCase(kind: Kind, text: string): readonly string[] {
  const { bare, units } = KINDS[kind];
  const wanted = text.toLowerCase();
  const bySize = new Map<number, string>();
  const consider = (prefixes: readonly string[], spelling: string) => {
    for (const prefix of ["", ...prefixes]) {
      const candidate = prefix + spelling;
      const scale = candidate.toLowerCase() === wanted ? scaleOf(kind, candidate) : undefined;
      if (scale === undefined) continue;
      const size = scale.scale * 10 ** scale.power;
      if (!bySize.has(size)) bySize.set(size, candidate);
    }
  };
  consider(Object.keys(bare.letters ?? {}), "");
  for (const { spellings, prefixes, binary } of units) {
    for (const spelling of spellings)
      consider([...Object.keys(prefixes), ...(binary === true ? BINARY : [])], spelling);
  }
  return [...bySize.values()];
}
