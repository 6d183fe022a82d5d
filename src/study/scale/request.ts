import type { LawId } from "../../core/scaling/laws.ts";
import type { EconomicsRequest } from "../economics.ts";
import type { MatmulPrecision } from "../machine.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";

/** A question of scale, in the units of the flags. Compute is given, bought, or run on a machine; or a size is. */
export interface ScaleRequest extends EconomicsRequest, SamplingRequest {
  readonly flop?: number;
  readonly budget?: number;
  readonly gpu?: string;
  readonly gpus?: number;
  readonly fleet?: string;
  readonly days?: number;
  readonly precision?: MatmulPrecision;
  readonly mfu?: number;
  readonly goodput?: number;
  readonly law?: LawId;
  /** A size to be held against the optimum; alone it fixes the compute. */
  readonly params?: number;
  readonly tokens?: number;
  /** Tokens served over the model's life. */
  readonly lifetimeTokens?: number;
  /** Share of the peak that serving gets; weighs the tokens served by their cost. */
  readonly servingUtilisation?: number;
  /** Fresh tokens there are. */
  readonly uniqueTokens?: number;
}
