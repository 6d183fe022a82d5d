/** Base units of the whole program. An alias documents the unit a number is in; conversion happens only at the edges. */
export type Count = number;
export type Ratio = number;
export type Flop = number;
export type FlopPerSecond = number;
export type Bytes = number;
export type BytesPerSecond = number;
export type Seconds = number;
export type Watts = number;
export type Joules = number;
export type Usd = number;
export type UsdPerSecond = number;
export type KgCo2e = number;
export type Litres = number;

export const SECONDS_PER_HOUR = 3600;
export const SECONDS_PER_DAY = 86_400;
/** Julian year; a month is a twelfth of it. */
export const DAYS_PER_YEAR = 365.25;
export const SECONDS_PER_YEAR = DAYS_PER_YEAR * SECONDS_PER_DAY;
export const JOULES_PER_WH = 3600;
export const JOULES_PER_KWH = 3.6e6;
/** One petaFLOP/s sustained for a day. */
export const PETAFLOP_DAY: Flop = 1e15 * SECONDS_PER_DAY;
export const GIB: Bytes = 2 ** 30;

/** Accelerators, requests in flight, sequences: more than this of them are nowhere, and searches walk through their divisors. */
export const MOST_THINGS: Count = 1e9;
