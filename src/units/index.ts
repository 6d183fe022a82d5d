export { parseAxis } from "./axis.ts";
export { type FleetText, parseFleet } from "./fleet-text.ts";
export { type ColumnUnit, columnUnit, format, formatPetaflopDays, formatRange } from "./format.ts";
export { KINDS, type Kind } from "./kinds.ts";
export {
  type Parsed,
  type ParseProblem,
  parseNumber,
  parseQuantity,
  type Quantity,
  type Range,
} from "./parse.ts";
