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

/**
 * The form in which names are compared: lower case, and spaces, dashes, underscores, dots and brackets alike. They count only
 * between two digits, so that `llama3 70b` is `llama-3-70b` while `opt-13b` is not `opt-1.3b`.
 */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$|(?<!\d)-|-(?!\d)/g, "");
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
  const exact = findExact(rows, text.trim().toLowerCase(), lower) ?? findExact(rows, fold(text), fold);
  if (exact) return exact;
  let words = wordsOf(text);
  for (const noise of [undefined, ...(search.noise ?? [])]) {
    if (noise) words = words.filter((word) => !noise.test(word));
    const found = findByWords(rows, words, search, noise);
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
  for (const row of rows) if (form(row.id) === key) return { found: row, how: "id" };
  for (const row of rows) {
    if (row.aliases?.some((alias) => form(alias) === key)) return { found: row, how: "alias" };
  }
  for (const row of rows) if (form(row.name) === key) return { found: row, how: "name" };
  return undefined;
}

function lower(name: string): string {
  return name.toLowerCase();
}

function findByWords<Row extends Named>(
  rows: readonly Row[],
  words: readonly string[],
  search: Search<Row>,
  noise: RegExp | undefined,
): Found<Row> | undefined {
  if (words.length === 0) return undefined;
  const same = noise ? findExact(rows, fold(words.join(" ")), fold) : undefined;
  if (same) return { found: same.found, how: `${same.how}, without variant and format` };
  const candidates = rows.filter((row) => holds(row, words, search));
  if (candidates.length === 1) return { found: candidates[0]!, how: "the only one named so" };
  return candidates.length > 1 ? search.choose?.(candidates) : undefined;
}

/** Every word is one of the row's words, or all together are a run of words of its id or name. */
function holds<Row extends Named>(row: Row, words: readonly string[], search: Search<Row>): boolean {
  const own = [row.id, row.name, search.words?.(row) ?? ""].flatMap(wordsOf);
  if (words.every((word) => own.includes(word))) return true;
  const run = fold(words.join(" "));
  return [row.id, row.name].some((name) => hasRun(wordsOf(name), run));
}

function hasRun(words: readonly string[], run: string): boolean {
  return words.some((_, start) =>
    words.some((_, end) => fold(words.slice(start, end + 1).join(" ")) === run),
  );
}

/** Words of a name, dots kept (`3.1` is one word), a memory size always as `80gb`; an owner before a slash is dropped. */
function wordsOf(text: string): string[] {
  const name = text.toLowerCase().split("/").at(-1) ?? "";
  return name
    .split(/[^\p{L}\p{N}.]+/u)
    .filter((word) => word !== "")
    .map((word) => word.replace(/^(\d+)(g|gib)$/, "$1gb"));
}

/** Rows by containment of the text first, then by edit distance of id or alias; ties by id. */
export function nearest<Row extends Named>(rows: readonly Row[], text: string): Row[] {
  const key = fold(text.split("/").at(-1) ?? "");
  if (key.length < SHORTEST_SUGGESTED) return [];
  const ranked = rows.map((row) => ({ row, far: remoteness(row, key) }));
  ranked.sort((a, b) => a.far - b.far || (a.row.id < b.row.id ? -1 : 1));
  return ranked.slice(0, SUGGESTIONS).map(({ row }) => row);
}

/** Below 1 where one name holds the other, the edit distance where not. */
function remoteness(row: Named, key: string): number {
  const names = [row.id, row.name, ...(row.aliases ?? [])].map(fold);
  if (names.some((name) => name.includes(key) || key.includes(name))) return 0;
  return Math.min(...names.map((name) => distance(name, key)));
}
