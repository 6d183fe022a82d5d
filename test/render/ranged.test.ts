import { describe, expect, it } from "vitest";
import { markdownOf } from "../../src/render/markdown.ts";
import { sensitivityBlocks } from "../../src/render/views/ranged.ts";

describe("the inputs that a figure hangs on, for people", () => {
  const view = sensitivityBlocks({
    sensitivity: {
      output: "latency.tpotSeconds",
      inputs: [
        { input: "mean", low: 0.01, high: 0.02, share: 0.98 },
        // rounded to whole replicas: both ends come to the same, the values between do not
        { input: "users", low: 0.015, high: 0.015, share: 0.0195 },
        { input: "price", low: 0.015, high: 0.01501, share: 0.0005 },
        { input: "pue", low: 0.015, high: 0.015, share: 0 },
        { input: "gpus", high: 0.02, share: 0 },
      ],
    },
  });

  it("say what equal ends mean, gather what hardly matters, and leave out what does not", () => {
    const [bars, notes] = view;
    expect(bars).toMatchObject({
      bars: [
        { label: "mean", note: "10 ms to 20 ms" },
        { label: "users", note: "15 ms at both ends: it moves in between" },
        { label: "gpus", note: "no answer to 20 ms" },
      ],
    });
    expect(notes).toEqual({ block: "notes", lines: ["Hardly on: price."] });
  });

  it("show their ends in Markdown too", () => {
    expect(markdownOf(view, 3)).toMatch(/\| mean +\| +98% \| 10 ms to 20 ms +\|/);
  });
});
