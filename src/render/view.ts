import type { Kind } from "../units/index.ts";

/**
 * What a result looks like, before it is text: a few kinds of block that every format renders. A command turns its result
 * into blocks; nothing else in render/ knows commands.
 */
export type View = readonly Block[];

export type Block = TitleBlock | FactsBlock | TableBlock | BarsBlock | NotesBlock | PlotBlock | HeatBlock;

/** A list of nothing takes no room. */
export const isEmpty = (block: Block): boolean =>
  (block.block === "notes" && block.lines.length === 0) ||
  (block.block === "facts" && block.facts.length === 0);

export interface TitleBlock {
  readonly block: "title";
  readonly text: string;
}

/** Label and value pairs, one a line, with an optional remark. */
export interface FactsBlock {
  readonly block: "facts";
  readonly heading?: string;
  readonly facts: readonly Fact[];
}

export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

export interface TableBlock {
  readonly block: "table";
  readonly heading?: string;
  /** The answer as rows of raw figures: what CSV prints. Tables of formatted text are none. */
  readonly main?: true;
  readonly table: Table;
}

/** Horizontal bars, longest full width. */
export interface BarsBlock {
  readonly block: "bars";
  readonly heading?: string;
  readonly kind: Kind;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number | undefined;
    readonly note?: string;
  }[];
}

/** Sentences, wrapped; each may hang from a mark. */
export interface NotesBlock {
  readonly block: "notes";
  readonly heading?: string;
  readonly lines: readonly string[];
  readonly mark?: string;
}

/** Points in the plane, drawn in characters. */
export interface PlotBlock {
  readonly block: "plot";
  readonly heading?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Lines of its height; 10 where absent. */
  readonly rows?: number;
}

/** A figure over two axes, as shades: a row of cells for each value of y, from low to high. */
export interface HeatBlock {
  readonly block: "heat";
  readonly heading?: string;
  readonly title: string;
  readonly kind: Kind;
  readonly x: HeatAxis;
  readonly y: HeatAxis;
  /** Absent where the point has no answer. */
  readonly cells: readonly (readonly (number | undefined)[])[];
}

export interface HeatAxis {
  readonly title: string;
  readonly kind: Kind;
  readonly values: readonly number[];
}

export interface Axis {
  readonly title: string;
  readonly kind: Kind;
  readonly log?: boolean;
}

export interface Series {
  readonly name: string;
  readonly mark: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Sentences under the table, e.g. why a cell is "-". */
  readonly notes?: readonly string[];
  /** Columns that CSV alone has, row by row: ends of intervals, which people read in a table of their own. */
  readonly ends?: Pick<Table, "columns" | "rows">;
}

export interface Column {
  /** Key of the column in CSV and in `--columns`; carries the unit. */
  readonly key: string;
  readonly title: string;
  /** Numeric columns have a kind and so one unit; text columns have none. */
  readonly kind?: Kind;
  /** Dropped first where the page is narrow; 0 is never dropped. */
  readonly optional?: number;
}

/** One cell a column: a number in base units, a text, yes or no, or undefined for unknown, printed "-". */
export type Row = readonly (number | string | boolean | undefined)[];
