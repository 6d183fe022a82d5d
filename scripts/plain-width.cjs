// Stands in for string-width inside cli-table3: our cells hold no wide characters, and its emoji tables cost every start.
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with one
module.exports = (text) => text.replace(/\u001b\[[0-9;]*m/g, "").length;
