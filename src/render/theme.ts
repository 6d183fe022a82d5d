import type { ChalkInstance } from "chalk";

/** What a piece of text is, not how it looks; the theme decides that. */
export interface Theme {
  readonly heading: (text: string) => string;
  readonly value: (text: string) => string;
  readonly label: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bar: (text: string) => string;
}

/** Roles as colours of the terminal's own palette, readable on light and dark. */
export function themeOf(chalk: ChalkInstance): Theme {
  return {
    heading: (text) => chalk.bold(text),
    value: (text) => chalk.bold(text),
    label: (text) => chalk.cyan(text),
    dim: (text) => chalk.dim(text),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bar: (text) => chalk.blue(text),
  };
}

const same = (text: string) => text;

/** No colours at all: files and tests. */
export const PLAIN_THEME: Theme = {
  heading: same,
  value: same,
  label: same,
  dim: same,
  good: same,
  warn: same,
  bar: same,
};

/** How much room and which characters a text may use. */
export interface Page {
  readonly theme: Theme;
  readonly width: number;
  /** Box-drawing and block characters are welcome. */
  readonly unicode: boolean;
  /** Significant digits. */
  readonly digits: number;
}
