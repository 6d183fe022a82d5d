import type { EconomicsRequest } from "../economics.ts";
import type { MatmulPrecision } from "../machine.ts";
import type { ModelRequest } from "../model.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";

/** Fleets to lay side by side, and the run they are measured by, if any. */
export interface FleetRequest extends ModelRequest, EconomicsRequest, SamplingRequest {
  readonly fleets?: readonly string[];
  /** Which fleet the ratios refer to; the first where absent. */
  readonly reference?: string;
  readonly tokens?: number;
  readonly tokensPerParam?: number;
  readonly precision?: MatmulPrecision;
  readonly mfu?: number;
  readonly goodput?: number;
}
