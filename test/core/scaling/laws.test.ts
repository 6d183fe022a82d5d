import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { parameters } from "../../../src/core/architecture.ts";
import {
  advise,
  extrapolation,
  flopOfSize,
  lawOptimum,
  lawTokens,
} from "../../../src/core/scaling/advice.ts";
import { EMBEDDING_GROWTH, totalOf } from "../../../src/core/scaling/basis.ts";
import { abnarLoss, clarkLoss, denseEquivalent, krajewskiLoss } from "../../../src/core/scaling/experts.ts";
import { frontier, sizePenalty } from "../../../src/core/scaling/kaplan.ts";
import { LAW_IDS, LAWS, type LawId } from "../../../src/core/scaling/laws.ts";
import {
  lifetimeFlop,
  lifetimeOptimum,
  lifetimeSaving,
  weighedTokens,
} from "../../../src/core/scaling/lifetime.ts";
import { effectiveTokens, marginalToken, repeatedLoss } from "../../../src/core/scaling/repeated.ts";
import {
  elasticityRatio,
  lossOf,
  optimalTokens,
  optimum,
  optimumAtLoss,
  overtraining,
  type TwoTermFit,
  tokensAtLoss,
} from "../../../src/core/scaling/two-term.ts";
import { PETAFLOP_DAY } from "../../../src/units/quantity.ts";

const fitOf = (id: LawId): TwoTermFit => {
  const { form } = LAWS[id];
  if (form.kind !== "two-term") throw new Error(id);
  return form;
};
const besiroglu = fitOf("besiroglu");
const anyFlop = fc.double({ min: 18, max: 28, noNaN: true }).map((x) => 10 ** x);
const anyLaw = fc.constantFrom(...LAW_IDS);
const twoTerm = fc.constantFrom(
  ...(["besiroglu", "hoffmann-loss", "hoffmann-unrounded", "sardana", "muennighoff"] as const),
);

describe("compute-optimal allocation", () => {
  it("spends the compute: 6 N D = C in the law's own N", () => {
    fc.assert(
      fc.property(anyLaw, anyFlop, (id, flop) => {
        const { params, tokens } = lawOptimum(LAWS[id], flop);
        expect((6 * params * tokens) / flop).toBeCloseTo(1, 9);
      }),
    );
  });

  it("reads back: the tokens of the size it advises are the tokens it advises", () => {
    fc.assert(
      fc.property(anyLaw, anyFlop, (id, flop) => {
        const { params, tokens } = lawOptimum(LAWS[id], flop);
        expect(lawTokens(LAWS[id], params) / tokens).toBeCloseTo(1, 6);
      }),
    );
  });

  it("is the least loss for the compute", () => {
    fc.assert(
      fc.property(twoTerm, anyFlop, fc.double({ min: 0.2, max: 5, noNaN: true }), (id, flop, shift) => {
        const fit = fitOf(id);
        const best = optimum(fit, flop);
        const other = lossOf(fit, best.params * shift, best.tokens / shift);
        expect(other).toBeGreaterThanOrEqual(lossOf(fit, best.params, best.tokens) - 1e-12);
      }),
    );
  });

  it("stands side by side in total parameters: 6 N_total D = C for laws that leave out embeddings too", () => {
    const { totalParams, lawParams, tokens } = advise(LAWS.minicpm, 1e22);
    expect(totalParams).toBeGreaterThan(lawParams);
    expect((6 * totalParams * tokens) / 1e22).toBeCloseTo(1, 9);
  });
});

describe("traps of published constants", () => {
  it("Llama 3: the figure's label gives the paper's tokens, the text's constants a third fewer", () => {
    // 0.299 x 3.8e25^0.537 = 16.3e12 against 16.55e12 in print; 0.29 x 3.8e25^0.53 = 10.5e12
    expect(lawOptimum(LAWS.llama3, 3.8e25).tokens / 16.55e12).toBeCloseTo(1, 1);
    expect(0.29 * 3.8e25 ** 0.53).toBeLessThan(0.7 * 16.55e12);
  });

  it("one fit of Hoffmann's in three roundings: 93, 59 and 55 tokens per parameter at 5.88e23 FLOP", () => {
    const ratio = (id: LawId) => {
      const { params, tokens } = lawOptimum(LAWS[id], 5.88e23);
      return tokens / params;
    };
    expect(ratio("hoffmann-loss")).toBeCloseTo(92.8, 0);
    expect(ratio("hoffmann-unrounded")).toBeCloseTo(59.0, 0);
    expect(ratio("sardana")).toBeCloseTo(55.3, 0);
  });

  it("the refit gives 18.4 tokens per parameter there, table 3 about 20: not Hoffmann's printed constants", () => {
    const ratio = (id: LawId) => advise(LAWS[id], 5.88e23).tokensPerParam;
    expect(ratio("besiroglu")).toBeCloseTo(18.4, 1);
    expect(ratio("hoffmann-a1")).toBeCloseTo(20.8, 1);
  });

  it("table A3 prints 1.26e24 FLOP for 175B, where its own tokens make ten times that", () => {
    const tokens = lawTokens(LAWS["hoffmann-a3"], 175e9);
    // 27.1e9 x 175^1.18025 = 12.03e12, printed 12.0T; 6 x 175e9 x 12.03e12 = 1.263e25
    expect(tokens / 12e12).toBeCloseTo(1, 2);
    expect((6 * 175e9 * tokens) / 1.26e24).toBeCloseTo(10, 1);
  });

  it("Kaplan's C is the least compute, half of a run's: read as 6 N D it would spend 1.8 times too much", () => {
    const printed = frontier(1000 * PETAFLOP_DAY);
    expect((6 * printed.params * printed.tokens) / (1000 * PETAFLOP_DAY)).toBeCloseTo(1.806, 3);
    // 2,000 PF-days in 6ND are 1,000 of Cmin: 1.3e9 x 1000^0.73 = 2.013e11
    const { params, tokens } = lawOptimum(LAWS.kaplan, 2000 * PETAFLOP_DAY);
    expect(params / 2.013e11).toBeCloseTo(1, 3);
    expect(tokens / printed.tokens).toBeCloseTo(2 / 1.806, 3);
  });

  it("MiniCPM is the ratio 192, not its rounded power law", () => {
    // N/D = 0.01 (1e21/6)^-0.10 would be 1/10,600
    expect(1 / (0.01 * (1e21 / 6) ** -0.1)).toBeGreaterThan(9000);
    const { params, tokens } = lawOptimum(LAWS.minicpm, 1e21);
    expect(tokens / params).toBeCloseTo(192, 9);
  });

  it("Kaplan's exponent is the Chinchilla law of small models seen without their embeddings", () => {
    // total grows as N^(1/3) there, so d ln N / d ln C = beta/(beta + alpha/3) = 0.76 (Kaplan 0.73); with embeddings 0.51
    const local = (bare: number) => {
      const at = (n: number) =>
        [Math.log(n), Math.log(n * optimalTokens(besiroglu, totalOf(n, "non-embedding")))] as const;
      const [a, b] = [at(bare), at(bare * 1.01)];
      return (b[0] - a[0]) / (b[1] - a[1]);
    };
    expect(local(1e4)).toBeCloseTo(0.756, 3);
    expect(local(1e12)).toBeCloseTo(0.513, 3);
  });

  it("a law asked outside its fitted compute says how far", () => {
    expect(extrapolation(LAWS.besiroglu, 3e25)).toBeCloseTo(1e4, 6); // 3e25 / 3e21
    expect(extrapolation(LAWS.besiroglu, 1e20)).toBe(1);
    expect(extrapolation(LAWS.besiroglu, 6e17)).toBeCloseTo(10, 6);
  });
});

describe("iso-loss", () => {
  it("tokensAtLoss inverts the loss, and is undefined below the floor", () => {
    const loss = lossOf(besiroglu, 8e9, 15e12);
    expect(tokensAtLoss(besiroglu, 8e9, loss)! / 15e12).toBeCloseTo(1, 6);
    expect(tokensAtLoss(besiroglu, 1e6, loss)).toBeUndefined();
    expect(optimumAtLoss(besiroglu, besiroglu.E)).toBeUndefined();
  });

  it("the optimum at the loss of an optimum is that optimum", () => {
    fc.assert(
      fc.property(twoTerm, anyFlop, (id, flop) => {
        const fit = fitOf(id);
        const best = optimum(fit, flop);
        const back = optimumAtLoss(fit, lossOf(fit, best.params, best.tokens))!;
        expect(back.params / best.params).toBeCloseTo(1, 5);
        expect(back.tokens / best.tokens).toBeCloseTo(1, 5);
      }),
    );
  });

  it("over-training costs compute and saves size: Llama 3 8B on 15T tokens", () => {
    const { tokensRatio, computeRatio, sizeRatio } = overtraining(besiroglu, 8e9, 15e12);
    expect(tokensRatio).toBeGreaterThan(50);
    expect(computeRatio).toBeGreaterThan(1);
    expect(sizeRatio).toBeLessThan(0.5);
    const even = overtraining(besiroglu, 8e9, optimalTokens(besiroglu, 8e9));
    expect(even.computeRatio).toBeCloseTo(1, 6);
  });
});

describe("inference-aware optimum", () => {
  it("meets the first-order condition: elasticity ratio = 1 + T/(3D)", () => {
    const served = fc.double({ min: 10, max: 15, noNaN: true }).map((x) => 10 ** x);
    fc.assert(
      fc.property(twoTerm, anyFlop, served, (id, flop, T) => {
        const fit = fitOf(id);
        const best = optimum(fit, flop);
        const plan = lifetimeOptimum(fit, lossOf(fit, best.params, best.tokens), T)!;
        const ratio = elasticityRatio(fit, plan.params, plan.tokens);
        expect(ratio / (1 + T / (3 * plan.tokens))).toBeCloseTo(1, 3);
        expect(plan.params).toBeLessThanOrEqual(best.params * (1 + 1e-6));
        expect(lifetimeFlop(plan, T)).toBeLessThanOrEqual(lifetimeFlop(best, T) * (1 + 1e-6));
      }),
    );
  });

  it("is cheapest along its loss: a size a little smaller or larger costs more over the life", () => {
    const served = fc.double({ min: 10, max: 15, noNaN: true }).map((x) => 10 ** x);
    fc.assert(
      fc.property(twoTerm, anyFlop, served, fc.constantFrom(0.9, 1.1), (id, flop, T, shift) => {
        const fit = fitOf(id);
        const best = optimum(fit, flop);
        const loss = lossOf(fit, best.params, best.tokens);
        const plan = lifetimeOptimum(fit, loss, T)!;
        const params = plan.params * shift;
        const tokens = tokensAtLoss(fit, params, loss);
        fc.pre(tokens !== undefined);
        expect(lifetimeFlop({ params, tokens }, T)).toBeGreaterThan(lifetimeFlop(plan, T));
      }),
    );
  });

  it("saves 9, 17 or 28 % for the same 13B and 2T tokens by the fit: the fit dominates", () => {
    const saving = (fit: TwoTermFit) => {
      const reference = { params: 13e9, tokens: optimalTokens(fit, 13e9) };
      const loss = lossOf(fit, reference.params, reference.tokens);
      return lifetimeSaving(lifetimeOptimum(fit, loss, 2e12)!, reference, 2e12);
    };
    expect(saving(fitOf("sardana"))).toBeCloseTo(0.1745, 3);
    expect(saving(fitOf("hoffmann-loss"))).toBeCloseTo(0.09, 1);
    expect(saving(besiroglu)).toBeCloseTo(0.28, 1);
  });
});

describe("repeated data", () => {
  it("is worth less each epoch: 0.82 of fresh at the fourth, 0.38 at the sixteenth", () => {
    expect(marginalToken(4)).toBeCloseTo(0.82, 2);
    expect(marginalToken(16)).toBeCloseTo(0.38, 2);
    expect(marginalToken(1)).toBe(1);
  });

  it("never beats fresh data, and one epoch is fresh data", () => {
    expect(effectiveTokens(1e12, 1e12)).toBe(1e12);
    fc.assert(
      fc.property(fc.double({ min: 1, max: 100, noNaN: true }), (epochs) => {
        expect(effectiveTokens(epochs * 1e11, 1e11)).toBeLessThanOrEqual(epochs * 1e11 * (1 + 1e-12));
        expect(repeatedLoss(7e9, epochs * 1e11, 1e11)).toBeGreaterThanOrEqual(
          repeatedLoss(7e9, epochs * 1e11, epochs * 1e11) - 1e-12,
        );
      }),
    );
  });
});

describe("size, experts, embeddings", () => {
  it("a wrong size costs little near the best and has no answer far below it", () => {
    expect(sizePenalty(1)).toBeCloseTo(1, 12);
    expect(sizePenalty(0.6)).toBeCloseTo(1.164, 3);
    expect(sizePenalty(2.2)).toBeCloseTo(1.203, 3);
    expect(sizePenalty(0.2)).toBeUndefined(); // 1 + 10 (1 - 0.2^-0.076) = -0.3
  });

  it("more experts, finer experts, more sparsity at equal size: each as its law says", () => {
    expect(clarkLoss(5e6, 128)).toBeLessThan(clarkLoss(5e6, 8));
    expect(denseEquivalent(5e6, 1)).toBeCloseTo(5e6, 0);
    expect(krajewskiLoss(1e9, 1e11, 16)).toBeLessThan(krajewskiLoss(1e9, 1e11, 1));
    expect(abnarLoss(1e10, 1e11, 0.5)).toBeGreaterThan(0.94);
  });

  it("a size fixes the compute of which it is the optimum, whatever a law calls N", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LAW_IDS), fc.double({ min: 8, max: 13, noNaN: true }), (id, x) => {
        const total = 10 ** x;
        expect(advise(LAWS[id], flopOfSize(LAWS[id], total)).totalParams / total).toBeCloseTo(1, 6);
      }),
    );
  });

  it("served tokens weigh what their FLOP cost: as many at equal utilisation, more where serving idles", () => {
    expect(weighedTokens(2e12, 0.4, 0.4)).toBe(2e12);
    expect(weighedTokens(2e12, 0.5, 0.01)).toBeCloseTo(1e14, 0);
  });

  it("embeddings come on top where a law counts without them, and only there", () => {
    expect(totalOf(7e9, "total")).toBe(7e9);
    // 47,491 x cube root of 1e9
    expect(totalOf(1e9, "non-embedding")).toBeCloseTo(1e9 + 4.7491e7, 0);
  });

  it("embeddings of the families that the laws were fitted on lie in the range of their growth", async () => {
    const models = await loadModels();
    for (const [id, growth] of [
      ["chinchilla-70b", 6.37e4], // 32,000 words
      ["gpt2", 8.96e4], // 50,257 words and 1,024 places
    ] as const) {
      const { embedding, total } = parameters(shapeOf(models.find((row) => row.id === id)!)!);
      const omega = embedding / Math.cbrt(total - embedding);
      expect(omega / growth).toBeCloseTo(1, 2);
      expect(omega).toBeGreaterThan(EMBEDDING_GROWTH.interval[0]);
      expect(omega).toBeLessThan(EMBEDDING_GROWTH.interval[1]);
    }
  });
});
