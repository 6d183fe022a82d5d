import { describe, expect, it } from "vitest";
import { tellerOf, tellingDraws } from "../../src/commands/progress.ts";
import { kernelOf } from "../../src/study/sample/leaves.ts";
import { sample } from "../../src/study/sample/sample.ts";
import { input } from "../study/sample/run.ts";

const kernel = kernelOf({ x: 1 }, [input("x", 1, 2)], ({ x }) => ({ x }));
const sampled = () => sample(kernel, 10_000, 1).samples;

/** What stderr saw while the clock moved on by so much at every look. */
async function told(isTTY: boolean, step: number): Promise<string> {
  let text = "";
  let clock = 0;
  const write = (more: string) => {
    text += more;
  };
  const err = { isTTY, columns: 80, chalk: undefined as never, write };
  const count = await tellingDraws({ err }, sampled, () => {
    clock += step;
    return clock;
  });
  expect(count).toBe(10_000);
  return text;
}

describe("progress of sampling", () => {
  it("tells draws done and time left once a second is over, and leaves nothing behind", async () => {
    const text = await told(true, 900);
    // the second of three blocks ends at 1.8 s
    expect(text).toMatch(/6668 of 10000 draws, 1 s left/);
    expect(text.endsWith("\r\u001b[K")).toBe(true);
  });

  it("tells of each piece of work anew how long it takes", async () => {
    let clock = 0;
    let text = "";
    const write = (more: string) => {
      text += more;
    };
    const err = { isTTY: true, columns: 80, chalk: undefined as never, write };
    const teller = tellerOf({ err }, "draws", () => clock)!;
    const at = (seconds: number, done: number) => {
      clock = 1000 * seconds;
      teller.update(done, 100);
    };
    at(2, 100);
    at(2, 20);
    at(3, 50);
    // the second began at 2 s and is half done after another
    expect(text).toMatch(/50 of 100 draws, 1 s left$/);
    teller.clear();
  });

  it("is quiet where it is quick, and where nobody looks", async () => {
    expect(await told(true, 1)).toBe("");
    expect(await told(false, 900)).toBe("");
  });
});
