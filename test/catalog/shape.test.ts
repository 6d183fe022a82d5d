import { describe, expect, test } from "vitest";
import { loadModels } from "../../src/catalog/models.ts";
import { shapeOf } from "../../src/catalog/shape.ts";
import { parameters } from "../../src/core/architecture/parameters.ts";

const models = await loadModels();
const shaped = models.filter((row) => row.params_total_computed);

describe("parameters of every catalogue row with a shape", () => {
  test.each(shaped.map((row) => [row.id, row] as const))("%s", (_, row) => {
    const counted = parameters(shapeOf(row)!);
    expect(counted.total).toBe(row.params_total_computed);
    expect(counted.active).toBe(row.params_active_computed ?? row.params_total_computed);
    // the rows count the embedding norm of BLOOM and the head bias of Phi-2 among the embeddings
    const beside = (row.emb_norm ? 2 * row.d_model! : 0) + (row.lm_head_bias ? row.vocab_size! : 0);
    expect(counted.embedding + beside).toBe(row.params_embedding_computed);
  });
});
