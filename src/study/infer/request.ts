import type { KvPrecision, WeightPrecision } from "../../core/serving/setup.ts";
import type { EconomicsRequest } from "../economics.ts";
import type { ModelRequest } from "../model.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";

/** A serving question, in the units of its flags. Anything may be left open. */
export interface InferRequest extends ModelRequest, EconomicsRequest, SamplingRequest {
  /** Tokens of one prompt, of one answer, and how many of the prompt are found in the prefix cache. */
  readonly input?: number;
  readonly output?: number;
  readonly cached?: number;
  /** Images in the mean request, their size as WIDTHxHEIGHT, seconds of video and of sound, and whose token rule counts them. */
  readonly images?: number;
  readonly imageSize?: string;
  readonly video?: number;
  readonly audio?: number;
  readonly mediaRule?: string;
  /** Requests in flight at once: users who each send the next request when the last is answered. */
  readonly concurrency?: number;
  /** Requests a second, arriving at random. */
  readonly rate?: number;
  /** Squared variation of the gaps between arrivals; 1 is Poisson. */
  readonly burstiness?: number;
  /** Standard deviation of lengths over their mean. */
  readonly inputSpread?: number;
  readonly outputSpread?: number;
  readonly staticBatch?: number;
  readonly saturated?: boolean;
  /** People, and the requests each sends a day. */
  readonly users?: number;
  readonly requests?: number;
  /** Tokens a day, prompts and answers together. */
  readonly tokensPerDay?: number;
  /** Busiest hours over the mean of the day. */
  readonly peak?: number;
  /** Chips' names; the first is the reference of a comparison. */
  readonly gpu?: readonly string[];
  readonly gpus?: number;
  readonly engine?: string;
  readonly precision?: WeightPrecision;
  readonly kvPrecision?: KvPrecision;
  readonly tp?: number;
  readonly pp?: number;
  readonly dp?: number;
  readonly ep?: number;
  readonly slo?: string;
  readonly maxBatch?: number;
  readonly memoryShare?: number;
  readonly streamInterval?: number;
  /** Draft tokens a step, and the chance that one is accepted. */
  readonly speculate?: number;
  readonly acceptance?: number;
  /** Chips that read prompts and chips that write answers, where the two are apart. */
  readonly prefillGpus?: number;
  readonly decodeGpus?: number;
}
