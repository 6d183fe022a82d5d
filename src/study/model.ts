import type { ModelRow, PublishedFormat } from "../catalog/rows.ts";
import { shapeOf } from "../catalog/shape.ts";
import { parameters } from "../core/architecture.ts";
import type { ModelShape } from "../core/shape.ts";
import { refuse } from "../units/problem.ts";
import type { Count } from "../units/quantity.ts";
import type { Notes } from "./document.ts";
import type { Facts } from "./facts.ts";
import { nearestHint } from "./machine.ts";

/** What a request says of its model. */
export interface ModelRequest {
  readonly model?: string | ModelRow;
  readonly params?: Count;
  readonly active?: Count;
}

/** A model as the studies see it. */
export interface Model {
  readonly name: string;
  readonly params: Count;
  /** Parameters that 6ND counts. */
  readonly active: Count;
  /** Which parameters `active` includes. */
  readonly convention: string;
  readonly shape?: ModelShape;
  /** Tokens its makers trained it on, where the catalogue knows. */
  readonly tokens?: Count;
  /** Format its weights are published in, where that is narrower than 16 bits. */
  readonly format?: PublishedFormat;
  readonly row?: ModelRow;
  readonly how?: string;
}

/** The model of a request; undefined where it says nothing of one. What was not understood of its configuration is noted. */
export function modelOf(request: ModelRequest, facts: Facts, notes: Notes): Model | undefined {
  const model = requestedModel(request, facts);
  const unread = model?.row?.unread;
  if (model !== undefined && Array.isArray(unread) && unread.length > 0) {
    notes.warnings.push({
      code: "W-MODEL",
      message: `Fields of ${model.name} that may change its shape are not understood, and left out: ${unread.join(", ")}.`,
    });
  }
  const defaulted = model?.row?.defaulted;
  if (defaulted != null)
    notes.assumptions.push({
      key: "left out of the configuration",
      value: defaulted.fields.join(", "),
      source: `default of ${defaulted.of} (Hugging Face transformers)`,
    });
  return model;
}

function requestedModel(request: ModelRequest, facts: Facts): Model | undefined {
  const { model, params, active } = request;
  if (model !== undefined && params !== undefined) {
    refuse("E-OVER", "--model and --params both say how large the model is.", {
      flag: "--params",
      hint: "Drop one.",
    });
  }
  if (active !== undefined && params === undefined) {
    refuse("E-UNUSED", "--active goes with --params; a model of the catalogue knows its own.", {
      flag: "--active",
      hint: "Give --params too, or drop it.",
    });
  }
  if (model !== undefined)
    return typeof model === "string" ? catalogueModel(model, facts) : modelOfRow(model, "the shape given");
  if (params === undefined) return undefined;
  if (active !== undefined && active > params) {
    refuse("E-BOUNDS", "--active is above --params: no more parameters can be active than there are.", {
      flag: "--active",
      hint: "Swap the two?",
    });
  }
  return {
    name: "model",
    params,
    active: active ?? params,
    convention: active === undefined ? "all parameters" : "the active parameters given",
  };
}

function catalogueModel(text: string, facts: Facts): Model {
  const lookup = facts.model(text);
  if (lookup.found === undefined) {
    return refuse("E-NAME", `--model "${text}" is not a model of the catalogue.`, {
      flag: "--model",
      ...nearestHint(lookup.nearest, "compute-est catalog list models"),
    });
  }
  return modelOfRow(lookup.found, lookup.how);
}

/** 6ND counts every parameter of a dense model, and of a mixture of experts those that multiply a token. */
export function modelOfRow(row: ModelRow, how: string): Model {
  const shape = shapeOf(row);
  const known = {
    name: row.name,
    row,
    how,
    ...(shape === undefined ? {} : { shape }),
    ...(row.published_format == null ? {} : { format: row.published_format }),
    ...(row.training_tokens == null ? {} : { tokens: row.training_tokens }),
  };
  if (shape === undefined) {
    const total = row.params_total_published ?? row.params_total_computed;
    if (total == null) {
      return refuse("E-NAME", `The size of ${row.name} is not known.`, {
        flag: "--model",
        hint: "Give --params.",
      });
    }
    const active = row.params_active_published ?? total;
    return {
      ...known,
      params: total,
      active,
      convention: active === total ? "all parameters, as published" : "active parameters, as published",
    };
  }
  const counted = parameters(shape);
  const moe = counted.routed > 0;
  return {
    ...known,
    params: counted.total,
    active: moe ? counted.activeMatmul : counted.total,
    convention: moe ? "active parameters without the input embedding" : "all parameters, both embeddings",
  };
}
