import type { MatmulPrecision } from "../machine.ts";
import type { ModelRequest } from "../model.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";

/** A published figure with what its source states, in the units of the flags. */
export interface AuditRequest extends ModelRequest, SamplingRequest {
  readonly claim: string;
  readonly tokens?: number;
  readonly tokensPerParam?: number;
  /** Work of the run, where the source states it. */
  readonly flop?: number;
  readonly gpu?: string;
  readonly gpus?: number;
  readonly days?: number;
  readonly precision?: MatmulPrecision;
  readonly mfu?: number;
  readonly goodput?: number;
  /** USD per chip-hour. */
  readonly price?: number;
  readonly pue?: number;
  /** Mean draw over server nameplate. */
  readonly load?: number;
  readonly users?: number;
  /** Requests of a user in a day. */
  readonly requests?: number;
  readonly input?: number;
  readonly output?: number;
  readonly cacheHit?: number;
  /** Useful FLOP of serving over peak. */
  readonly utilisation?: number;
  readonly peakToAverage?: number;
}
