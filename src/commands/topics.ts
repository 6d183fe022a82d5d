import { nearest } from "../catalog/nearest.ts";
import { refuse } from "../units/problem.ts";

const TOPICS: Readonly<Record<string, string>> = {
  units: `Values

  counts      1.5e12  1_500_000  1,500,000  1.5T  70B  350M  8k
              (k M B T; G = B)
  work        2.7e26  3.8e25FLOP  "100 PFLOP/s-day"
  rates       312TFLOP/s  312T                                    (per second)
  bytes       80GB = 10^9, 80GiB = 2^30, 192G; bits need b or bit
  bandwidth   3.35TB/s  900GB/s  400Gb/s                          (b = bit)
  time        90d  36h  1d12h  2w  3mo  1y  500ms
              (month 30.4375 d, year 365.25 d)
  money       420M  "$420M"  2/h  "$0.08/kWh"   ($ needs quotes in a shell)
  power       700W  25MW; energy: 1.2GWh  3.6MJ
  shares      0.4  40%
  ranges      0.3..0.5  "0.3 to 0.5"  0.4±0.05  0.4±10%   (90 % intervals)
              300..500TFLOP/s: both ends; 1..2k = 1k..2k, 512..8k = 512..8000
  fleets      10000xa100  10000xunknown  tesla-a100-7360

The flag decides the kind: B is a billion in --params and a byte where bytes
are wanted.
What is printed can be read back.
`,
  "exit-codes": `Exit codes

  0    answered
  1    no answer: does not fit, cannot be solved, a claim that does not hold
  2    the request is wrong: bad input or usage
  70   a bug of ours
  74   the output could not be written
  130  interrupted

A reader that closes the pipe early is no error: exit 0.
`,
  environment: `Environment

  COMPUTE_EST_PRICE, _ELECTRICITY, _PUE, _GRID, _REGION
                                             defaults that vary by site
  COMPUTE_EST_FORMAT                         default of --format
  COMPUTE_EST_COLOR=always|never             default of --color and --no-color
  NO_COLOR, FORCE_COLOR, TERM=dumb, COLUMNS  as usual

Precedence: flags, then the request on stdin or in a file, the environment,
./compute-est.json, the user's config.json (compute-est/ in the config folder),
the catalogue, built-in defaults.
--no-config leaves both files out; --explain shows where each value came from.
`,
  formats: `Formats

  --format table      for people; fits the terminal, or --width
  --format json       (--json) one document: schema, version, input, result,
                      assumptions, warnings
  --format csv        the rows compared (fleets, laws, several accelerators),
                      else path,value of the whole result: raw numbers in base
                      units, the unit in the key
                      (of ranges, _p05 and _p95 end the columns of a 90 %
                      interval)
  --format markdown   the same blocks as the table view
  --format ndjson     one JSON document a line
  -o, --out FILE      write there; the ending chooses the format (.json .csv .md
                      .ndjson); - is stdout

JSON numbers are raw and the key names the unit. Unknown is absent. The
document's input, piped back into the same command with -, gives the same
document.
`,
  method: `Method

Training compute is 6 x active parameters x tokens (Kaplan 2020); with a shape
the exact count stands beside it. Time is compute / (accelerators x dense peak
x MFU x goodput). MFU is predicted from the chip's datasheet, the model's shape
and the best layout that fits, unless --mfu says it; goodput follows from the
size of the fleet. Serving is predicted step by step from the same facts.
Memory, money, energy and carbon follow from the same run. Every figure prints
its derivation and source under --explain; every assumption is listed with its
range; "compute-est validate" prints predicted against measured. docs/method.md
has each formula and its limits.
`,
};

export const TOPIC_NAMES: readonly string[] = Object.keys(TOPICS);

/** The text of a help topic; an unknown one is refused with the nearest name. */
export function topicText(topic: string): string {
  const text = TOPICS[topic];
  if (text !== undefined) return text;
  const names = TOPIC_NAMES;
  const near = nearest(topic, names)[0];
  return refuse("E-TOPIC", `There is no help on "${topic}".`, {
    hint:
      near === undefined
        ? `Topics: ${names.join(", ")}.`
        : `Did you mean "${near}"? Topics: ${names.join(", ")}.`,
  });
}
