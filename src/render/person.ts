// Everything a text for a person needs, as one piece: the command line loads it only where a person reads.
export { explainText } from "./explain.ts";
export { textOf } from "./text.ts";
export { PLAIN_THEME, themeOf } from "./theme.ts";
