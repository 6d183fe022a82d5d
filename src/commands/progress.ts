import type { Io } from "../io.ts";
import { watchDraws } from "../study/sample/draws.ts";

/** Progress is told from here on: less is not worth a line. */
const QUIET_MS = 1000;
/** Between two tellings. */
const PAUSE_MS = 100;
const CLEAR = "\r\u001b[K";

/** A line on stderr that says how far the work is, where somebody looks and it takes over a second. */
export interface Teller {
  /** `done` of `count`, which may not be known. */
  update(done: number, count?: number): void;
  /** Leaves nothing behind. */
  clear(): void;
}

/** Tells on a terminal how far a long run is; undefined where stderr is none. */
export function tellerOf(
  { err }: Pick<Io, "err">,
  what: string,
  now: () => number = () => performance.now(),
): Teller | undefined {
  if (!err.isTTY) return undefined;
  let start = now();
  let told = start + QUIET_MS - PAUSE_MS;
  let reached = 0;
  let shown = false;
  return {
    update(done, count) {
      const time = now();
      // fewer than before: another piece of work has begun
      if (done < reached) start = time;
      reached = done;
      if (time - told < PAUSE_MS) return;
      told = time;
      shown = true;
      const left = count === undefined ? 0 : Math.ceil(((time - start) / 1000) * (count / done - 1));
      const text = count === undefined ? `${done} ${what}` : `${done} of ${count} ${what}, ${left} s left`;
      err.write(`${CLEAR}${text}`);
    },
    clear() {
      if (shown) err.write(CLEAR);
      shown = false;
    },
  };
}

/** While the work runs, tells on a terminal how many draws are done. */
export async function tellingDraws<T>(
  io: Pick<Io, "err">,
  work: () => T | Promise<T>,
  now?: () => number,
): Promise<T> {
  const teller = tellerOf(io, "draws", now);
  if (teller === undefined) return work();
  watchDraws((done, count) => teller.update(done, count));
  try {
    return await work();
  } finally {
    watchDraws(undefined);
    teller.clear();
  }
}
