import { MEDIA_RULES, type MediaMix, type MediaRule, mediaTokens } from "../core/demand/media.ts";
import { noAnswer, refuse } from "../units/problem.ts";
import type { Count } from "../units/quantity.ts";

/** The token rule of a name; `flag` is where the user wrote it. */
export function mediaRuleNamed(name: string, flag: string): MediaRule {
  return (
    MEDIA_RULES[name] ??
    refuse("E-NAME", `"${name}" is not a token rule for media.`, {
      flag,
      hint: `Those are ${Object.keys(MEDIA_RULES).join(", ")}.`,
    })
  );
}

/** Tokens that media add to a request; refuses what the rule has no figure for. */
export function tokensOfMedia(rule: MediaRule, mix: MediaMix, flag: string): Count {
  const tokens = mediaTokens(rule, mix);
  if (tokens !== undefined) return tokens;
  return noAnswer("E-MEDIA", `The rule of ${rule.id} counts no tokens for video or sound.`, {
    flag,
    hint: "gemini-2.0 has a rule for both.",
  });
}
