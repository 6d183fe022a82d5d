import type { Block } from "../../render/view.ts";

/** How far predictions lie from measurements, as every part reports it. */
interface Accuracy {
  readonly n: number;
  readonly median: number;
  readonly mean: number;
  readonly within20: number;
  readonly bias: number;
  readonly coverage?: number;
}

/** One table of accuracies; the 90 % interval's coverage stands where it was measured. */
export function accuracyBlock(
  title: string,
  rows: readonly { readonly label: string; readonly accuracy: Accuracy }[],
): Block {
  return {
    block: "table",
    heading: title.charAt(0).toUpperCase() + title.slice(1),
    table: {
      columns: [
        { key: "of", title: "of" },
        { key: "n", title: "n", kind: "integer" },
        { key: "median_error", title: "median error", kind: "ratio" },
        { key: "mean_error", title: "mean error", kind: "ratio" },
        { key: "within_20", title: "within 20 %", kind: "ratio" },
        { key: "bias", title: "bias", kind: "ratio" },
        { key: "coverage", title: "in 90 % interval", kind: "ratio" },
      ],
      rows: rows.map(({ label, accuracy: a }) => [
        label,
        a.n,
        a.median,
        a.mean,
        a.within20,
        a.bias,
        a.coverage,
      ]),
    },
  };
}
