import * as z from "zod/mini";
import type { UserCatalogue } from "../catalog/user.ts";
import { refuse } from "../units/problem.ts";
import { faultOf } from "./fault.ts";

const text = z.string().check(z.minLength(1));
const positive = z.number().check(z.positive());
const known = z.optional(z.nullable(positive));
const date = z
  .string()
  .check(z.regex(/^\d{4}(-\d{2}){0,2}$/, "it takes a date: 2026, 2026-11 or 2026-11-24"));
const named = { id: text, name: z.optional(text), aliases: z.optional(z.array(text)) };

const price = z.strictObject({
  accelerator: text,
  usd: positive,
  date,
  provider: z.optional(text),
  what: z.optional(text),
  src: z.optional(text),
});

/** Rows may carry fields of their own beyond those that matter here; those that matter are checked. */
const accelerator = z.looseObject({
  ...named,
  year: z.optional(z.number()),
  tflops_dense: z.optional(z.record(text, z.nullable(positive))),
  memory: z.optional(z.looseObject({ capacity_gb: known, bandwidth_gbs: known })),
  scale_up: z.optional(z.looseObject({ bw_bidir_gbs: known, domain: known })),
  scale_out: z.optional(z.looseObject({ nic_gbps_per_chip: known })),
  tdp_w: known,
  die_mm2: known,
});
const model = z.looseObject({
  ...named,
  n_layers: known,
  d_model: known,
  n_heads: known,
  vocab_size: known,
  params_total_published: known,
  training_tokens: known,
});
const fleet = z.looseObject({
  ...named,
  date: z.optional(date),
  parts: z.optional(
    z
      .array(z.looseObject({ accelerator: z.nullable(text), count: z.int().check(z.positive()) }))
      .check(z.minLength(1)),
  ),
});
const grid = z.strictObject({
  ...named,
  kgCo2ePerKwh: z.number().check(z.nonnegative()),
  year: z.optional(z.number()),
});

/** What a user's catalogue file may hold; the rows have the shape of the shipped ones. */
const userCatalogueSchema = z.strictObject({
  accelerators: z.optional(z.array(accelerator)),
  models: z.optional(z.array(model)),
  fleets: z.optional(z.array(fleet)),
  grids: z.optional(z.array(grid)),
  rent: z.optional(z.array(price)),
  purchase: z.optional(z.array(price)),
});

/** A user's catalogue, checked; refused with the row, the field and the reason of the first fault. */
export function readUserCatalogue(value: unknown, name: string): UserCatalogue {
  const parsed = userCatalogueSchema.safeParse(value);
  if (parsed.success) return parsed.data as unknown as UserCatalogue;
  const issue = parsed.error.issues[0]!;
  return refuse(
    "E-CATALOG",
    `The catalogue in ${name} is not usable: ${placeOf(issue.path, value)}${faultOf(issue)}.`,
    {
      flag: "--catalog",
      hint:
        issue.path.length === 0
          ? `It may hold ${Object.keys(userCatalogueSchema.shape).join(", ")}; see compute-est schema catalog.`
          : "See compute-est schema catalog.",
    },
  );
}

/** `accelerators[0].memory.capacity_gb of "my-chip": ` */
function placeOf(path: readonly PropertyKey[], value: unknown): string {
  const place = path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
  if (place === "") return "";
  const [list = "", index = 0] = path;
  const row = (value as Record<PropertyKey, readonly Record<string, unknown>[] | undefined>)[list]?.[
    Number(index)
  ];
  const id = row?.id ?? row?.accelerator;
  return `${place}${typeof id === "string" && path.length > 2 ? ` of "${id}"` : ""}: `;
}

/** JSON Schema of a user's catalogue file. */
export function catalogueSchema(): unknown {
  return { $id: "compute-est/catalog/request/1", ...z.toJSONSchema(userCatalogueSchema, { io: "input" }) };
}
