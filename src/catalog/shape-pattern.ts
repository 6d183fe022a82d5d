import type { Attention, BlockGroup, Mlp } from "../core/shape.ts";
import type { StateSpaceRow } from "./rows.ts";
import type { Sized } from "./shape-layers.ts";

/** What each letter of a pattern stands for; every letter is behind a norm of its own. */
const MIXERS = "M*P";
const MLPS = "-E";

/** A block without a mixer, and one without an MLP. */
const NO_MIXER: Attention = { kind: "linear", projectionParams: 0, stateElements: 0, extraParams: 0 };
const NO_MLP: Mlp = { kind: "dense", width: 0, gated: false, extraParams: 0 };

export interface PatternParts {
  readonly attention: Attention;
  readonly dense: Mlp;
  readonly experts: Mlp;
  /** Parameters of one norm. */
  readonly norm: number;
}

/** Whether the text is a pattern: its letters alone, and at least one. */
export function isPattern(text: unknown): text is string {
  return typeof text === "string" && /^[M*PE-]+$/.test(text);
}

/**
 * Blocks of a hybrid. A mixer and the MLP after it are one block, as in any transformer; a mixer or an MLP that stands alone is a
 * block that lacks the other. Attention beside a state space (`P`) is two blocks that share the norm and the MLP of one.
 */
export function patternGroups(row: Sized, pattern: string, parts: PatternParts): BlockGroup[] {
  const groups = new Map<string, BlockGroup>();
  const add = (key: string, attention: Attention, mlp: Mlp, normParams: number) => {
    const count = (groups.get(key)?.count ?? 0) + 1;
    groups.set(key, { count, attention, mlp, normParams });
  };
  const stateSpace = row.state_space ? stateSpaceMixer(row.state_space, row.d_model) : NO_MIXER;
  for (const [block] of pattern.matchAll(/[M*P][-E]?|[-E]/g)) {
    const mixer = [...block].find((letter) => MIXERS.includes(letter));
    const letter = [...block].find((one) => MLPS.includes(one));
    const mlp = letter === undefined ? NO_MLP : letter === "E" ? parts.experts : parts.dense;
    const norms = block.length * parts.norm;
    if (mixer === "P") add("P", parts.attention, NO_MLP, 0);
    const attention = mixer === undefined ? NO_MIXER : mixer === "*" ? parts.attention : stateSpace;
    add(block, attention, mlp, norms);
  }
  return [...groups.values()];
}

/** A Mamba mixer, from the published module definitions. [Gu 2023; Dao 2024; Hugging Face transformers 5.18] */
function stateSpaceMixer(s: StateSpaceRow, hidden: number): Attention {
  const { d_inner: inner, d_state: state, d_conv: taps } = s;
  const perChannel = taps + (s.conv_bias ? 1 : 0);
  const stateElements = inner * state;
  if (s.type === "mamba") {
    const rank = s.dt_rank ?? 0;
    const bias = s.proj_bias ? 2 * inner + hidden : 0;
    return {
      kind: "linear",
      // in (signal and gate), what the token makes of step, B and C, the step's own, out
      projectionParams: 2 * hidden * inner + inner * (rank + 2 * state) + rank * inner + inner * hidden,
      stateElements,
      // decay of each state element, skip and step bias of each channel
      extraParams: inner * (state + 2 + perChannel) + (s.inner_norms ? rank + 2 * state : 0) + bias,
    };
  }
  const heads = s.heads ?? 1;
  const convolved = inner + 2 * (s.groups ?? 1) * state;
  const projected = inner + convolved + heads;
  return {
    kind: "linear",
    projectionParams: hidden * projected + inner * hidden,
    stateElements,
    // decay, skip and step bias of each head
    extraParams:
      convolved * perChannel + 3 * heads + (s.gate_norm ? inner : 0) + (s.proj_bias ? projected + hidden : 0),
  };
}
