import type { RowSources } from "../../catalog/sources.ts";
import type { Block } from "../../render/view.ts";

/** Where each figure is from, whether it was seen there, and what other sources say. */
export function provenanceBlocks(sources: RowSources): Block[] {
  const rows = sources.provenance.map((figure) => [
    figure.field,
    figure.sources.join("; "),
    figure.verified ? "seen" : "unverified",
    figure.alternatives
      .map((other) => `${other.value} (${other.source}${other.why === undefined ? "" : `: ${other.why}`})`)
      .join("; "),
  ]);
  const blocks: Block[] = [];
  if (rows.length > 0) {
    blocks.push({
      block: "table",
      heading: "Where each figure is from",
      table: {
        columns: [
          { key: "figure", title: "figure" },
          { key: "source", title: "source" },
          { key: "verified", title: "verified" },
          { key: "others", title: "other sources say", optional: 1 },
        ],
        rows,
      },
    });
  }
  if (sources.notes !== undefined) blocks.push({ block: "notes", heading: "Notes", lines: [sources.notes] });
  return blocks;
}
