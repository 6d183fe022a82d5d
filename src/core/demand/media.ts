import type { Count, Ratio, Seconds } from "../../units/quantity.ts";

/** How a model family counts the tokens of an image, a second of video or of sound. Providers change these: mind the date. */
export interface MediaRule {
  readonly id: string;
  readonly image: ImageRule;
  readonly videoTokensPerSecond?: number;
  readonly audioTokensPerSecond?: number;
  readonly source: string;
  readonly date: string;
}

export type ImageRule =
  /** Shrunk to a box, then to a shortest side; a base and so many tokens per tile. Low detail costs the base. */
  | {
      readonly kind: "tiles";
      readonly box: number;
      readonly shortSide: number;
      readonly tile: number;
      readonly base: Count;
      readonly perTile: Count;
    }
  /** One token per patch, shrunk to a cap; the model's size multiplies. */
  | { readonly kind: "patches"; readonly patch: number; readonly cap: Count; readonly multiplier: Ratio }
  /** One price for a small image, the same for every tile of a larger one. */
  | { readonly kind: "flat-tiles"; readonly small: number; readonly tile: number; readonly perTile: Count }
  /** Sides rounded to a multiple, one token per square, between bounds. */
  | { readonly kind: "rounded"; readonly side: number; readonly least: Count; readonly most: Count }
  /** Every image is resized to one square. */
  | { readonly kind: "fixed"; readonly pixels: number; readonly patch: number };

const OPENAI = "OpenAI vision token rule, API documentation";
const OPENAI_PATCHES = "OpenAI patch token rule, API documentation";
const GEMINI = "Gemini API documentation of tokens";
const PATCH = { kind: "patches", patch: 32, cap: 1536 } as const;

export const MEDIA_RULES: Readonly<Record<string, MediaRule>> = {
  "gpt-4o": {
    id: "gpt-4o",
    image: { kind: "tiles", box: 2048, shortSide: 768, tile: 512, base: 85, perTile: 170 },
    source: OPENAI,
    date: "2024-05",
  },
  "gpt-4.1": { id: "gpt-4.1", image: { ...PATCH, multiplier: 1 }, source: OPENAI_PATCHES, date: "2025-04" },
  "gpt-4.1-mini": {
    id: "gpt-4.1-mini",
    image: { ...PATCH, multiplier: 1.62 },
    source: OPENAI_PATCHES,
    date: "2025-04",
  },
  "gpt-4.1-nano": {
    id: "gpt-4.1-nano",
    image: { ...PATCH, multiplier: 2.46 },
    source: OPENAI_PATCHES,
    date: "2025-04",
  },
  "gemini-2.0": {
    id: "gemini-2.0",
    image: { kind: "flat-tiles", small: 384, tile: 768, perTile: 258 },
    videoTokensPerSecond: 263,
    audioTokensPerSecond: 32,
    source: GEMINI,
    date: "2025-02",
  },
  "qwen2-vl": {
    id: "qwen2-vl",
    image: { kind: "rounded", side: 28, least: 4, most: 16_384 },
    source: "Qwen2-VL, arXiv:2409.12191, and its processor",
    date: "2024-09",
  },
  "llava-1.5": {
    id: "llava-1.5",
    image: { kind: "fixed", pixels: 336, patch: 14 },
    source: "LLaVA-1.5, arXiv:2310.03744",
    date: "2023-10",
  },
};

/** Guards the ceiling of a quotient that is whole but for rounding. */
const ROUNDING = 1e-9;
const ceilOf = (x: number): number => Math.ceil(x - ROUNDING);

/** Tokens of one image of so many pixels. `lowDetail` matters to rules that have it. */
export function imageTokens(rule: ImageRule, width: number, height: number, lowDetail = false): Count {
  switch (rule.kind) {
    case "tiles": {
      if (lowDetail) return rule.base;
      const boxed = Math.min(1, rule.box / Math.max(width, height));
      const shrunk = boxed * Math.min(1, rule.shortSide / (Math.min(width, height) * boxed));
      const tiles = ceilOf((width * shrunk) / rule.tile) * ceilOf((height * shrunk) / rule.tile);
      return rule.base + rule.perTile * tiles;
    }
    case "patches":
      return Math.ceil(patches(rule.patch, rule.cap, width, height) * rule.multiplier - ROUNDING);
    case "flat-tiles":
      if (Math.max(width, height) <= rule.small) return rule.perTile;
      return rule.perTile * ceilOf(width / rule.tile) * ceilOf(height / rule.tile);
    case "rounded": {
      const squares =
        Math.max(1, Math.round(width / rule.side)) * Math.max(1, Math.round(height / rule.side));
      return Math.min(rule.most, Math.max(rule.least, squares));
    }
    case "fixed":
      return (rule.pixels / rule.patch) ** 2;
  }
}

/** Patches of an image, shrunk so that they fit under the cap with whole patches along its tighter side. */
function patches(patch: number, cap: Count, width: number, height: number): Count {
  const whole = Math.ceil(width / patch) * Math.ceil(height / patch);
  if (whole <= cap) return whole;
  const shrink = Math.sqrt((patch * patch * cap) / (width * height));
  const across = (width * shrink) / patch;
  const down = (height * shrink) / patch;
  const fit = shrink * Math.min(Math.floor(across) / across, Math.floor(down) / down);
  return ceilOf((width * fit) / patch) * ceilOf((height * fit) / patch);
}

/** Media in the mean request. */
export interface MediaMix {
  readonly images: Count;
  readonly imageWidth: number;
  readonly imageHeight: number;
  readonly videoSeconds: Seconds;
  readonly audioSeconds: Seconds;
}

/**
 * Tokens that media add to the mean request; undefined where the rule has none for a medium that is asked for. Pictures
 * and video that a model draws are not tokens: diffusion is another calculation.
 */
export function mediaTokens(rule: MediaRule, mix: MediaMix): Count | undefined {
  const { videoTokensPerSecond: video, audioTokensPerSecond: audio } = rule;
  if ((mix.videoSeconds > 0 && video === undefined) || (mix.audioSeconds > 0 && audio === undefined))
    return undefined;
  const pictures = mix.images > 0 ? mix.images * imageTokens(rule.image, mix.imageWidth, mix.imageHeight) : 0;
  return pictures + mix.videoSeconds * (video ?? 0) + mix.audioSeconds * (audio ?? 0);
}
