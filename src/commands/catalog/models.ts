import { findModel } from "../../catalog/models.ts";
import type { ModelRow } from "../../catalog/rows.ts";
import { shapeOf } from "../../catalog/shape.ts";
import { SHAPE_FIELDS } from "../../catalog/shape-layers.ts";
import { loadSources, modelSources } from "../../catalog/sources.ts";
import { kvBytesPerToken, parameters } from "../../core/architecture.ts";
import { format } from "../../units/index.ts";
import { loadFacts } from "../facts.ts";
import { provenanceBlocks } from "./provenance.ts";
import type { Shelf } from "./shelves.ts";

export const modelShelf: Shelf<ModelRow> = {
  kind: "models",
  aliases: ["model", "llms", "llm"],
  holds: "shapes, parameters, training tokens of models",
  load: async (user) => (await loadFacts(user)).models,
  find: findModel,
  table: (rows) => ({
    columns: [
      { key: "id", title: "id" },
      { key: "org", title: "by", optional: 3 },
      { key: "released", title: "released", optional: 2 },
      { key: "arch", title: "kind", optional: 1 },
      { key: "params", title: "parameters", kind: "count" },
      { key: "active", title: "active", kind: "count", optional: 1 },
      { key: "training_tokens", title: "trained on", kind: "count" },
      { key: "layers", title: "layers", kind: "integer", optional: 4 },
      { key: "hidden", title: "hidden", kind: "integer", optional: 4 },
    ],
    rows: rows.map((row) => [
      row.id,
      row.org ?? undefined,
      row.release_date ?? undefined,
      row.arch ?? undefined,
      row.params_total_computed ?? row.params_total_published ?? undefined,
      row.params_active_computed ?? row.params_active_published ?? undefined,
      row.training_tokens ?? undefined,
      row.n_layers ?? undefined,
      row.d_model ?? undefined,
    ]),
  }),
  card: async (row, how) => {
    const sources = modelSources(await loadSources("models"), row.id);
    return {
      provenance: sources,
      view: [
        {
          block: "title",
          text: `${row.name} (${row.id})${row.org == null ? "" : `, ${row.org}`}${row.release_date == null ? "" : `, ${row.release_date}`}`,
        },
        { block: "facts", facts: [{ label: "found by", value: how }, ...modelFacts(row)] },
        ...provenanceBlocks(sources),
      ],
    };
  },
};

const BYTES_16 = 2;

function modelFacts(row: ModelRow): { label: string; value: string; note?: string }[] {
  const shape = shapeOf(row);
  const facts: { label: string; value: string; note?: string }[] = [];
  if (shape !== undefined) {
    const counted = parameters(shape);
    facts.push({
      label: "parameters",
      value: format("integer", counted.total),
      note: "counted from the shape",
    });
    if (counted.routed > 0)
      facts.push({ label: "active", value: format("integer", counted.active), note: "with both embeddings" });
    facts.push({
      label: "KV cache",
      value: `${format("integer", kvBytesPerToken(shape, BYTES_16))} bytes a token`,
      note: "growing part, at 16 bits",
    });
  }
  if (row.params_total_published != null)
    facts.push({
      label: "published",
      value: format("count", row.params_total_published, { digits: 4 }),
      note:
        row.params_active_published == null
          ? "parameters"
          : `parameters, ${format("count", row.params_active_published)} active`,
    });
  if (row.published_format != null)
    facts.push({ label: "published in", value: row.published_format, note: "format of the weights" });
  if (row.training_tokens != null)
    facts.push({ label: "trained on", value: `${format("count", row.training_tokens)} tokens` });
  const shown = [...SHAPE_FIELDS, "max_position" as const].flatMap((key) =>
    row[key] == null ? [] : [`${key} ${row[key]}`],
  );
  if (shown.length > 0) facts.push({ label: "shape", value: shown.join(", ") });
  for (const key of ["moe", "mla", "sliding_window", "linear_attention", "sparse_attention"] as const) {
    if (row[key] != null)
      facts.push({
        label: key,
        value: JSON.stringify(row[key]).replaceAll(/[{}"]/g, "").replaceAll(",", ", ").replaceAll(":", " "),
      });
  }
  return facts;
}
