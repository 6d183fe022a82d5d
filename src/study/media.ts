import { MEDIA_RULES, type MediaMix, type MediaRule, mediaTokens } from "../core/demand/media.ts";
import { noAnswer, refuse } from "../units/problem.ts";
import type { Count } from "../units/quantity.ts";
import type { Notes } from "./document.ts";

/** The token rule of a name; `flag` is where the user wrote it. */
function mediaRuleNamed(name: string, flag: string): MediaRule {
  return (
    MEDIA_RULES[name] ??
    refuse("E-NAME", `"${name}" is not a token rule for media.`, {
      flag,
      hint: `Those are ${Object.keys(MEDIA_RULES).join(", ")}.`,
    })
  );
}

/** Tokens that media add to a request; refuses what the rule has no figure for. */
function tokensOfMedia(rule: MediaRule, mix: MediaMix, flag: string): Count {
  const tokens = mediaTokens(rule, mix);
  if (tokens !== undefined) return tokens;
  return noAnswer("E-MEDIA", `The rule of ${rule.id} counts no tokens for video or sound.`, {
    flag,
    hint: "gemini-2.0 has a rule for both.",
  });
}

/** A picture of a common screen or camera shrunk for the web, where its size is not said. */
const IMAGE_SIDE = 1024;
const MOST_PIXELS = 100_000;

/** `1024x768` in pixels. */
export function sizeOf(text: string): readonly [width: number, height: number] {
  const [, width, height] = /^(\d+)x(\d+)$/i.exec(text.trim()) ?? [];
  const sides = [Number(width), Number(height)] as const;
  if (sides.every((side) => side >= 1 && side <= MOST_PIXELS)) return sides;
  return refuse("E-VALUE", `--image-size "${text}" is no size in pixels.`, {
    flag: "--image-size",
    hint: "E.g. 1024x768.",
  });
}

/** Media of the mean request with what is left open: the rule that has a figure for them, and a usual size. */
export type OpenMix = Partial<MediaMix> & { readonly rule?: string };

/** Tokens of the media, by the rule of a model family; 0 where there are none. Lists the rule among the assumptions. */
export function countMedia(mix: OpenMix, flag: string, notes: Notes): Count {
  const { images = 0, videoSeconds = 0, audioSeconds = 0 } = mix;
  const { imageWidth = IMAGE_SIDE, imageHeight = IMAGE_SIDE } = mix;
  if (!(images > 0 || videoSeconds > 0 || audioSeconds > 0)) return 0;
  const rule = mediaRuleNamed(mix.rule ?? (videoSeconds + audioSeconds > 0 ? "gemini-2.0" : "gpt-4o"), flag);
  const tokens = tokensOfMedia(rule, { images, imageWidth, imageHeight, videoSeconds, audioSeconds }, flag);
  const size = images > 0 ? `, images of ${imageWidth} x ${imageHeight}` : "";
  if (notes.assumptions.every(({ key }) => key !== MEDIA_TOKENS))
    notes.assumptions.push({
      key: MEDIA_TOKENS,
      value: Math.ceil(tokens),
      unit: "tokens a request",
      source: `the rule of ${rule.id}${size}: ${rule.source}`,
      date: rule.date,
    });
  return tokens;
}
const MEDIA_TOKENS = "media tokens";
