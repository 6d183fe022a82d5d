import type { Io } from "../io.ts";
import { watchDraws } from "../study/sample/draws.ts";

/** Progress is told from here on: less is not worth a line. */
const QUIET_MS = 1000;
const CLEAR = "\r\u001b[K";

/** While the work runs, tells on a terminal how many draws are done once it takes over a second. */
export async function tellingDraws<T>(
  io: Pick<Io, "err">,
  work: () => T | Promise<T>,
  now: () => number = () => performance.now(),
): Promise<T> {
  if (!io.err.isTTY) return work();
  const start = now();
  let told = false;
  watchDraws((done, count) => {
    const spent = now() - start;
    if (spent < QUIET_MS) return;
    told = true;
    const left = Math.ceil((spent / 1000) * (count / done - 1));
    io.err.write(`${CLEAR}${done} of ${count} draws, ${left} s left`);
  });
  try {
    return await work();
  } finally {
    watchDraws(undefined);
    if (told) io.err.write(CLEAR);
  }
}
