// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are control characters
const COLOUR = /\u001b\[[0-9;]*m/g;

/** Width on the screen: colour codes take none. */
export function textWidth(text: string): number {
  return text.replace(COLOUR, "").length;
}

/** Pads to a width in columns of a terminal. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/** Breaks at spaces; a word longer than the width is cut. Never returns an empty list. */
export function wrap(text: string, width: number): readonly string[] {
  const room = Math.max(1, width);
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(/( +)/)) {
    let word = part;
    if (line.length + word.trimEnd().length <= room) {
      line += word;
      continue;
    }
    if (line.trim() !== "") lines.push(line.trimEnd());
    word = word.trimStart();
    while (word.length > room) {
      lines.push(word.slice(0, room));
      word = word.slice(room);
    }
    line = word;
  }
  if (line.trim() !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}
