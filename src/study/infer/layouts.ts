import { chipsOf, type ServingLayout } from "../../core/serving/setup.ts";
import type { ModelShape } from "../../core/shape.ts";
import { counted } from "../../units/index.ts";
import { noAnswer } from "../../units/problem.ts";
import type { InferRequest } from "./request.ts";
import type { Site } from "./setup.ts";

/** Chips of one replica that a search goes to, where nothing fixes them. */
const LARGEST_REPLICA = 64;
/** Chips of one server where the fabric's size is not known, and the most that tensor parallelism spans. */
const SERVER = 8;
const WIDEST_TENSOR = 16;
const POWERS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Layouts of one replica that the model's shape allows and the request leaves open. */
export function candidateLayouts(site: Site, request: InferRequest): readonly ServingLayout[] {
  const { shape } = site;
  const most = request.gpus ?? Math.max(LARGEST_REPLICA, fixedChips(request));
  const experts = shape.groups.some((group) => group.mlp.kind === "moe");
  const split = site.engine.class === "llamacpp";
  const domain = Math.min(site.part.chip.scaleUp?.domain ?? SERVER, WIDEST_TENSOR);
  const layers = shape.groups.reduce((sum, group) => sum + group.count, 0);
  refuseImpossible(request, shape, layers);
  const tps = open(request.tp, (tp) => !split && tp <= Math.max(domain, SERVER) && divides(shape, tp));
  const dps = open(request.dp, () => experts && !split);
  const pps = open(request.pp, (pp) => pp <= layers && pp <= LARGEST_REPLICA);
  const layouts: ServingLayout[] = [];
  for (const tp of tps)
    for (const pp of pps)
      for (const dp of dps) {
        const layout = request.ep === undefined ? { tp, pp, dp } : { tp, pp, dp, ep: request.ep };
        if (chipsOf(layout) <= most) layouts.push(layout);
      }
  return layouts;
}

const fixedChips = ({ tp, pp, dp }: InferRequest): number => (tp ?? 1) * (pp ?? 1) * (dp ?? 1);

/** The degree given, else 1 and the powers of two that are allowed. */
function open(given: number | undefined, allowed: (degree: number) => boolean): readonly number[] {
  return given === undefined ? POWERS.filter((degree) => degree === 1 || allowed(degree)) : [given];
}

/** Tensor parallelism hands whole query heads to ranks. */
const divides = (shape: ModelShape, tp: number): boolean =>
  shape.groups.every(({ attention }) => attention.kind === "linear" || attention.heads % tp === 0);

function refuseImpossible(request: InferRequest, shape: ModelShape, layers: number): void {
  const { tp, pp, ep, gpus } = request;
  if (tp !== undefined && !divides(shape, tp)) {
    noAnswer("E-LAYOUT", `--tp ${tp} does not divide the model's attention heads.`, { flag: "--tp" });
  }
  if (pp !== undefined && pp > layers) {
    noAnswer("E-LAYOUT", `--pp ${pp} is more stages than the model's ${layers} layers.`, { flag: "--pp" });
  }
  if (ep !== undefined && !shape.groups.some((group) => group.mlp.kind === "moe")) {
    noAnswer("E-LAYOUT", "--ep spreads experts, and the model has none.", { flag: "--ep" });
  }
  if (gpus !== undefined && fixedChips(request) > gpus) {
    noAnswer(
      "E-LAYOUT",
      `--tp x --pp x --dp is ${counted(fixedChips(request), "accelerator", "integer")}, and --gpus gives ${gpus}.`,
      {
        flag: "--gpus",
      },
    );
  }
}

/** `tp8 pp2 dp4`: the degrees above 1, and tensor parallelism always. */
export function layoutText({ tp, pp, dp }: ServingLayout): string {
  return `tp${tp}${pp > 1 ? ` pp${pp}` : ""}${dp > 1 ? ` dp${dp}` : ""}`;
}
