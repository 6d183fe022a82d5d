import { distance } from "fastest-levenshtein";

/** What every row that can be looked up has. */
export interface Named {
  readonly id: string;
  readonly name: string;
  readonly aliases?: readonly string[];
}

/** A row and the rule by which the text names it, as a clause to print; or the nearest names. */
export type Lookup<Row> = Found<Row> | { readonly found?: undefined; readonly nearest: readonly Row[] };

export interface Found<Row> {
  readonly found: Row;
  readonly how: string;
}

/** How one kind of row is searched beyond its id, aliases and name. */
export interface Search<Row> {
  /** Further words a row answers to (vendor, memory type). */
  words?(row: Row): string;
  /** Words that say nothing about which row is meant, in the order in which they are dropped. */
  readonly noise?: readonly RegExp[];
  /** Picks among the rows that hold all words, or says that the text is ambiguous. */
  choose?(candidates: readonly Row[]): Found<Row> | undefined;
}

/** Shorter inputs are too near to everything. */
const SHORTEST_SUGGESTED = 3;
const SUGGESTIONS = 3;
/** Names of fewer letters are a slip away from any other of their length. */
const SHORTEST_COMPARED = 4;
/** From so many letters on two may be wrong, and one more for each four. */
const LONG = 5;
const LETTERS_A_SLIP = 4;
/** A name that the text goes on from ranks after a slip, before two. */
const NAME_AND_MORE = 1.5;

/**
 * The form in which names are compared: lower case, and spaces, dashes, underscores, dots and brackets alike. They count only
 * between two digits, so that `llama3 70b` is `llama-3-70b` while `opt-13b` is not `opt-1.3b`.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9\u0080-\uffff]+/g, "-")
    .replace(/^-|-$|(?<![0-9])-|-(?![0-9])/g, "");
}

/**
 * Finds by id, alias or name, then by name without noise words, then by the words themselves where they name one row or one
 * family. Never throws.
 */
export function find<Row extends Named>(
  rows: readonly Row[],
  text: string,
  search: Search<Row> = {},
): Lookup<Row> {
  const exact =
    findExact(rows, text.trim().toLowerCase(), lower) ??
    findExact(rows, fold(text), fold) ??
    findExact(rows, fold(withoutOwner(text)), fold);
  if (exact) return exact;
  let words = wordsOf(withoutOwner(text));
  const asGiven = findByWords(rows, words, search);
  if (asGiven) return asGiven;
  for (const noise of search.noise ?? []) {
    const fewer = words.filter((word) => !noise.test(word));
    if (fewer.length === words.length) continue;
    words = fewer;
    const bare = findExact(rows, fold(words.join(" ")), fold);
    if (bare) return { found: bare.found, how: `${bare.how}, without variant and format` };
    const found = findByWords(rows, words, search);
    if (found) return found;
  }
  return { nearest: nearest(rows, text) };
}

/** As written first, folded second: `us-east1` and `us-east-1` are regions of two clouds. */
function findExact<Row extends Named>(
  rows: readonly Row[],
  key: string,
  form: (name: string) => string,
): Found<Row> | undefined {
  if (key === "") return undefined;
  // a look-up folds hundreds of names while the program starts; most differ in the first letter
  const isKey = (name: string) => startsAlike(name, key) && form(name) === key;
  for (const row of rows) if (isKey(row.id)) return { found: row, how: "id" };
  for (const row of rows) if (row.aliases?.some(isKey)) return { found: row, how: "alias" };
  for (const row of rows) if (isKey(row.name)) return { found: row, how: "name" };
  return undefined;
}

function startsAlike(name: string, key: string): boolean {
  const first = name.charAt(0).toLowerCase();
  return first === key.charAt(0) || first < "0";
}

function lower(name: string): string {
  return name.toLowerCase();
}

function findByWords<Row extends Named>(
  rows: readonly Row[],
  words: readonly string[],
  search: Search<Row>,
): Found<Row> | undefined {
  if (words.length === 0) return undefined;
  const inWords = rows.filter((row) => hasWords(row, words, search));
  const run = fold(words.join(" "));
  const candidates =
    inWords.length > 0 ? inWords : rows.filter((row) => hasRun(row.id, run) || hasRun(row.name, run));
  if (candidates.length === 1) return { found: candidates[0]!, how: "the only one named so" };
  return candidates.length > 1 ? search.choose?.(candidates) : undefined;
}

/** Every word is one of the row's words. */
function hasWords<Row extends Named>(row: Row, words: readonly string[], search: Search<Row>): boolean {
  const text = `${row.id} ${row.name} ${search.words?.(row) ?? ""}`.toLowerCase();
  if (!words.every((word) => text.includes(word))) return false;
  const own = wordsOf(text);
  return words.every((word) => own.includes(word));
}

/** The folded text is made of whole words that stand side by side in the name. */
function hasRun(name: string, run: string): boolean {
  if (run === "" || !fold(name).includes(run)) return false;
  const words = wordsOf(name);
  return words.some((_, start) =>
    words.some((_, end) => fold(words.slice(start, end + 1).join(" ")) === run),
  );
}

/** `meta-llama/Llama-3.1-8B` is published by its owner under that name. */
function withoutOwner(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

/** Words of a name, dots kept (`3.1` is one word), a memory size always as `80gb`. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9.\u0080-\uffff]+/)
    .filter((word) => word !== "")
    .map((word) => word.replace(/^([0-9]+)(g|gib)$/, "$1gb"));
}

/** Rows whose names hold the text or are a few slips from it, the fewest first; ties by id. Empty where none is near. */
export function nearest<Row extends Named>(rows: readonly Row[], text: string): Row[] {
  const key = fold(withoutOwner(text));
  if (key.length < SHORTEST_SUGGESTED) return [];
  const ranked = rows.map((row) => ({ row, far: remoteness(row, key) })).filter(({ far }) => far < Infinity);
  ranked.sort((a, b) => a.far - b.far || (a.row.id < b.row.id ? -1 : 1));
  return ranked.slice(0, SUGGESTIONS).map(({ row }) => row);
}

/** Slips of the nearest of a row's names, and of the words they begin with: `h1000` is one from the first of `h100-sxm`. */
function remoteness(row: Named, key: string): number {
  let nearest = Infinity;
  for (const name of [row.id, row.name, ...(row.aliases ?? [])]) {
    if (fold(name).includes(key)) return 0;
    for (const beginning of beginningsOf(name)) nearest = Math.min(nearest, slips(beginning, key));
  }
  return nearest;
}

/** `llama`, `llama3`, `llama3-70b` of `llama-3-70b`. */
function beginningsOf(name: string): Set<string> {
  const words = wordsOf(name);
  return new Set(words.map((_, end) => fold(words.slice(0, end + 1).join(" "))));
}

/** Edit distance where it is that of a slip of the hand: one letter of a short name, more of a longer one that starts alike. */
function slips(name: string, key: string): number {
  // of three letters every code is near; a model number (a10) says more
  if (name.length < SHORTEST_COMPARED && !(name.length === SHORTEST_SUGGESTED && /[0-9]/.test(name)))
    return Infinity;
  // a longer name with something after it is that name still
  const rest = key.startsWith(name) ? NAME_AND_MORE : Infinity;
  const far = isSwapped(name, key) ? 1 : distance(name, key);
  const allowed = key.length < LONG ? 1 : Math.max(2, Math.floor(key.length / LETTERS_A_SLIP));
  return Math.min(rest, far <= 1 || (far <= allowed && name[0] === key[0]) ? far : Infinity);
}

/** Two neighbouring letters in each other's place. */
function isSwapped(name: string, key: string): boolean {
  if (name.length !== key.length || name === key) return false;
  const at = [...name].findIndex((letter, i) => letter !== key[i]);
  const swapped =
    name.slice(0, at) +
    name
      .slice(at, at + 2)
      .split("")
      .reverse()
      .join("") +
    name.slice(at + 2);
  return swapped === key;
}
