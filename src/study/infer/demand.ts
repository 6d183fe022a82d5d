import { assume } from "../../core/estimate.ts";
import type { RequestTokens } from "../../core/serving/setup.ts";
import { refuse } from "../../units/problem.ts";
import { SECONDS_PER_DAY } from "../../units/quantity.ts";
import type { Notes } from "../document.ts";
import { note } from "../economics.ts";
import { countMedia, sizeOf } from "../media.ts";
import type { InferRequest } from "./request.ts";

/** What all replicas together are asked for. */
export type Demand =
  | { readonly kind: "closed"; readonly amount: number }
  | { readonly kind: "open"; readonly amount: number; readonly burstiness?: number }
  | { readonly kind: "static"; readonly amount: number }
  | { readonly kind: "saturated" };

/** A chat turn where nothing is said of lengths. */
export const INPUT_TOKENS = assume(1024, [100, 8000], "assumed: a chat turn with its history", "2026");
export const OUTPUT_TOKENS = assume(
  256,
  [50, 1000],
  "assumed: an answer in chat; traces have medians of 100 to 400",
  "2026",
);
/** Traffic in the busiest hours over the mean. */
export const PEAK_TO_MEAN = assume(
  1.5,
  [1.2, 3],
  "DeepSeek 2025: 278 nodes at peak, 226.75 on average; operators 2-3",
  "2025",
);

/** Tokens of a request, those of media in its prompt; lengths that are left open are assumed, and noted. */
export function tokensOf(request: InferRequest, media: number, notes: Notes): RequestTokens {
  const input = media + (request.input ?? assumed(notes, "input", INPUT_TOKENS, "tokens"));
  const output = request.output ?? assumed(notes, "output", OUTPUT_TOKENS, "tokens");
  const { cached } = request;
  if (cached !== undefined && cached >= input) {
    refuse("E-BOUNDS", `--cached ${cached} leaves nothing of a prompt of ${input} tokens to read.`, {
      flag: "--cached",
      hint: "At least the last token of a prompt is new.",
    });
  }
  const { inputSpread, outputSpread } = request;
  return {
    input,
    output,
    ...(cached === undefined ? {} : { cached }),
    ...(inputSpread === undefined ? {} : { inputSpread }),
    ...(outputSpread === undefined ? {} : { outputSpread }),
  };
}

/** What is in a prompt beside text: its tokens, and the flags that say so. */
export interface Media {
  readonly tokens: number;
  readonly flags: readonly string[];
}

/** Prompt tokens of images, video and sound in the mean request, whole; 0 where there are none. */
export function mediaOf(request: InferRequest, notes: Notes): Media {
  const { images = 0, video = 0, audio = 0, imageSize, mediaRule } = request;
  if (images === 0 && video === 0 && audio === 0) {
    const flag = mediaRule !== undefined ? "--media-rule" : "--image-size";
    if (mediaRule !== undefined || imageSize !== undefined)
      refuse("E-UNUSED", `${flag} goes with --images, --video or --audio.`, { flag });
    return { tokens: 0, flags: [] };
  }
  const [imageWidth, imageHeight] = imageSize === undefined ? [] : sizeOf(imageSize);
  const mix = {
    images,
    videoSeconds: video,
    audioSeconds: audio,
    ...(imageWidth === undefined || imageHeight === undefined ? {} : { imageWidth, imageHeight }),
    ...(mediaRule === undefined ? {} : { rule: mediaRule }),
  };
  const given = { "--images": images, "--video": video, "--audio": audio };
  return {
    tokens: Math.ceil(countMedia(mix, "--media-rule", notes)),
    flags: Object.entries(given).flatMap(([flag, amount]) => (amount > 0 ? [flag] : [])),
  };
}

function assumed(notes: Notes, key: string, estimate: typeof INPUT_TOKENS, unit: string): number {
  note(notes, key, estimate, unit);
  notes.defaults[key] = estimate.value;
  return estimate.value;
}

/** Keys of a request that say how much is asked. */
export const DEMAND_KEYS = [
  "concurrency",
  "rate",
  "users",
  "requests",
  "tokensPerDay",
  "peak",
  "burstiness",
] as const;

/** Ways to state a demand; one is enough and two are too many. */
const WAYS = ["concurrency", "rate", "staticBatch", "saturated", "users", "tokensPerDay"] as const;
const FLAGS: Readonly<Record<(typeof WAYS)[number], string>> = {
  concurrency: "--concurrency",
  rate: "--rate",
  staticBatch: "--static-batch",
  saturated: "--saturated",
  users: "--users",
  tokensPerDay: "--tokens-per-day",
};

/** The load of a request. Where it says nothing, one user at a time. */
export function demandOf(request: InferRequest, tokens: RequestTokens, notes: Notes): Demand {
  const ways = WAYS.filter((way) => request[way] !== undefined && request[way] !== false);
  const [way, second] = ways;
  if (way !== undefined && second !== undefined) {
    refuse("E-OVER", `${FLAGS[way]} and ${FLAGS[second]} both say how much is asked.`, {
      flag: FLAGS[second],
      hint: "Drop one.",
    });
  }
  refuseUnused(request, way);
  const { burstiness } = request;
  const open = (amount: number): Demand =>
    burstiness === undefined ? { kind: "open", amount } : { kind: "open", amount, burstiness };
  switch (way) {
    case "rate":
      return open(request.rate!);
    case "staticBatch":
      return { kind: "static", amount: request.staticBatch! };
    case "saturated":
      return { kind: "saturated" };
    case "users":
      return open(peakRate((request.users! * (request.requests ?? 1)) / SECONDS_PER_DAY, request, notes));
    case "tokensPerDay": {
      const daily = request.tokensPerDay! / (tokens.input + tokens.output);
      return open(peakRate(daily / SECONDS_PER_DAY, request, notes));
    }
    case "concurrency":
      return { kind: "closed", amount: request.concurrency! };
    default:
      notes.defaults.concurrency = 1;
      notes.assumptions.push({
        key: "concurrency",
        value: 1,
        source: "one user at a time where no demand is given",
      });
      return { kind: "closed", amount: 1 };
  }
}

function refuseUnused(request: InferRequest, way: (typeof WAYS)[number] | undefined): void {
  if (request.requests !== undefined && way !== "users") {
    refuse("E-UNUSED", "--requests goes with --users: requests of one of them a day.", {
      flag: "--requests",
    });
  }
  if (request.peak !== undefined && way !== "users" && way !== "tokensPerDay") {
    refuse("E-UNUSED", "--peak goes with --users or --tokens-per-day.", { flag: "--peak" });
  }
  if (request.burstiness !== undefined && !ARRIVALS.includes(way)) {
    refuse(
      "E-UNUSED",
      "--burstiness goes with --rate, --users or --tokens-per-day: requests that arrive by themselves.",
      {
        flag: "--burstiness",
      },
    );
  }
}

/** Ways of asking under which requests arrive by themselves. */
const ARRIVALS: readonly unknown[] = ["rate", "users", "tokensPerDay"];

/** Requests a second in the busiest hours. */
function peakRate(mean: number, request: InferRequest, notes: Notes): number {
  return mean * (request.peak ?? assumed(notes, "peak", PEAK_TO_MEAN, "x the mean rate"));
}
