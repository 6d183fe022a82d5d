import type { Answer } from "../../study/document.ts";
import type { ScaleResult } from "../../study/scale/result.ts";
import type { Kind } from "../../units/index.ts";
import { PETAFLOP_DAY } from "../../units/quantity.ts";
import type { Line, Operand } from "../explain.ts";

/** The optimum, derived: by the law's own formula, in its own N where that is another. */
export function scaleLines({ result }: Answer<ScaleResult>): readonly Line[] {
  const { optimum, law } = result;
  return [
    ...lawLines(result),
    {
      name: "tokens per parameter",
      formula: "tokens / parameters",
      operands: [
        { name: "tokens", value: optimum.tokens, kind: "count" },
        { name: "parameters", value: optimum.params, kind: "count" },
      ],
      value: optimum.tokensPerParam,
      kind: "multiple",
      source: law.basis === "total" ? "all parameters" : "all parameters, embeddings among them",
    },
  ];
}

const PF_DAY: Operand = { name: "a PF-day", value: PETAFLOP_DAY, kind: "work" };

function lawLines({ law, optimum }: ScaleResult): Line[] {
  const c: Readonly<Record<string, number | undefined>> = law.constants;
  const number = (name: string, value: number | undefined): Operand => ({
    name,
    value: value ?? 0,
    kind: "multiple",
  });
  const flop: Operand = { name: "C", value: law.flop, kind: "work" };
  const params: Operand = { name: "N", value: law.params, kind: "count" };
  const line = (
    name: string,
    formula: string,
    operands: readonly Operand[],
    value: number,
    kind: Kind,
  ): Line => ({
    name,
    formula,
    operands,
    value,
    kind,
    source: `${law.id}: ${law.source}`,
  });
  const spent = line("tokens spent", "C / (6 x N)", [flop, params], optimum.tokens, "count");
  const power = [number("k", c.coefficient), number("p", c.exponent)];
  const ofTokens = [
    { name: "k", value: c.tokensAt1e9 ?? 0, kind: "count" } as const,
    number("p", c.exponent),
  ];
  if (c.alpha !== undefined)
    return [
      line(
        "N",
        "((alpha x A) / (beta x B))^(1 / (alpha + beta)) x (C / 6)^(beta / (alpha + beta))",
        [number("alpha", c.alpha), number("A", c.A), number("beta", c.beta), number("B", c.B), flop],
        law.params,
        "count",
      ),
      spent,
    ];
  if (c.tokensAt1e9 !== undefined)
    return [line("tokens", "k x (N / 1e9)^p", [...ofTokens, params], optimum.tokens, "count"), spent];
  if (c.tokensPerParam !== undefined)
    return [line("tokens", "k x N", [number("k", c.tokensPerParam), params], optimum.tokens, "count"), spent];
  if (law.id === "kaplan")
    return [line("N", "k x (C / 2 / a PF-day)^p", [...power, flop, PF_DAY], law.params, "count"), spent];
  if (law.basis === "flop-per-token")
    return [line("N", "k x C^p / 6", [...power, flop], law.params, "count"), spent];
  return [line("tokens", "k x C^p", [...power, flop], optimum.tokens, "count"), spent];
}
