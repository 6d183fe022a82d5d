import { flop6ND } from "../../core/training/run.ts";
import { refuse } from "../../units/problem.ts";
import { type Answer, type Notes, newNotes } from "../document.ts";
import { note, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { candidatesOf, fleetNamed, type Machine } from "../machine.ts";
import { modelOf } from "../model.ts";
import { notePrices } from "../prices.ts";
import type { Input } from "../sample/draws.ts";
import { kernelOf } from "../sample/leaves.ts";
import { rangedParts } from "../sample/ranged.ts";
import { given, MEDIAN_MFU, TOKENS_PER_PARAM, WHOLE_RUN_GOODPUT } from "../train/efficiency.ts";
import type { FleetRequest } from "./request.ts";
import type { FleetResult, FleetRow } from "./result.ts";
import { candidateRow, type Job, rowOf } from "./row.ts";

/** Samples of a comparison whose inputs are ranges. */
const SAMPLES = 1000;

/** The comparison, with the spread of every figure where inputs are ranges. */
export function compareUncertainFleets(
  request: FleetRequest,
  facts: Facts,
  inputs: readonly Input[],
): Answer<FleetResult> {
  const answer = compareFleets(request, facts);
  if (inputs.length === 0) return answer;
  const drawn = (values: Record<string, unknown>) => compareFleets(values as FleetRequest, facts).result;
  const kernel = kernelOf(request as Record<string, unknown>, inputs, drawn);
  const { samples = SAMPLES } = request;
  return { ...answer, result: { ...answer.result, ...rangedParts(kernel, { ...request, samples }, []) } };
}

/** Fleets side by side: peak, memory, bandwidth, power, price, the time a given run takes, and the ratio to a reference. */
export function compareFleets(request: FleetRequest, facts: Facts): Answer<FleetResult> {
  const names = request.fleets ?? [];
  if (names.length === 0) {
    refuse("E-UNDER", "No fleet is named.", {
      flag: "fleets",
      hint: "E.g. compute-est fleet 10000xa100 tesla-a100-7360 dojo-exapod.",
    });
  }
  const notes = newNotes();
  const terms = termsOf(request, facts, notes);
  const named = names.map((name) => fleetNamed(name, facts, "fleet"));
  const job = jobOf(request, facts, notes);
  const rows = named.flatMap((machine) =>
    machine.parts.length > 0
      ? [rowOf(machine, request, terms, job)]
      : candidatesOf(machine, facts).map((candidate) =>
          candidateRow(machine, candidate, request, terms, job),
        ),
  );
  notePrices(
    named.flatMap(({ parts }) => parts),
    request,
    notes,
  );
  const reference = referenceRow(request, named, rows, facts);
  const peak = reference.peakFlopPerSecond;
  return {
    result: {
      reference: reference.fleet,
      ...(job === undefined
        ? {}
        : { run: { model: job.model.name, params: job.model.params, tokens: job.tokens, flop: job.flop } }),
      fleets: rows.map((row) =>
        peak === undefined || row.peakFlopPerSecond === undefined
          ? row
          : { ...row, ratio: row.peakFlopPerSecond / peak, referenceRatio: peak / row.peakFlopPerSecond },
      ),
    },
    ...notes,
  };
}

function jobOf(request: FleetRequest, facts: Facts, notes: Notes): Job | undefined {
  const model = modelOf(request, facts, notes);
  if (model === undefined) {
    for (const key of ["tokens", "tokensPerParam", "mfu", "goodput"] as const) {
      if (request[key] !== undefined)
        refuse("E-UNUSED", `"${key}" says something of a run, and no model is named.`, {
          flag: key,
          hint: "Add --params or --model.",
        });
    }
    return undefined;
  }
  if (request.tokens !== undefined && request.tokensPerParam !== undefined) {
    refuse("E-OVER", "--tokens and --tokens-per-param both set the tokens.", {
      flag: "--tokens",
      hint: "Drop one.",
    });
  }
  const mfu = request.mfu === undefined ? MEDIAN_MFU : given(request.mfu);
  const goodput = request.goodput === undefined ? WHOLE_RUN_GOODPUT : given(request.goodput);
  if (request.mfu === undefined) note(notes, "MFU", mfu);
  if (request.goodput === undefined) note(notes, "goodput", goodput);
  const open = request.tokens === undefined && request.tokensPerParam === undefined;
  if (open && model.tokens === undefined) note(notes, "tokens per parameter", TOKENS_PER_PARAM);
  const ratio = request.tokensPerParam ?? TOKENS_PER_PARAM.value;
  const tokens = request.tokens ?? (open && model.tokens !== undefined ? model.tokens : ratio * model.params);
  return { model, tokens, flop: flop6ND(model.active, tokens), mfu: mfu.value, goodput: goodput.value };
}

function referenceRow(
  request: FleetRequest,
  named: readonly Machine[],
  rows: readonly FleetRow[],
  facts: Facts,
): FleetRow {
  if (request.reference === undefined) return rows[0]!;
  const wanted = fleetNamed(request.reference, facts, "--reference");
  const row = rows.find((candidate) => candidate.fleet === wanted.id || candidate.candidateOf === wanted.id);
  if (row !== undefined) return row;
  return refuse("E-NAME", `--reference "${request.reference}" is not one of the fleets compared.`, {
    flag: "--reference",
    hint: `Those are ${named.map((machine) => machine.id).join(", ")}.`,
  });
}
