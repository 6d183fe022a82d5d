import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/commands/index.ts";
import { runCli, words } from "./cli/terminal.ts";

/** Every console block of a document: `$ compute-est ...` and the lines it prints; "..." stands for lines left out. */
function blocksOf(path: string): { command: string; printed: string }[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/```console\n([\s\S]*?)```/g)].flatMap((block) =>
    block[1]!
      .split(/^(?=\$ )/m)
      .filter((part) => part.startsWith("$ compute-est "))
      .map((part) => {
        const [command = "", ...printed] = part.trimEnd().split("\n");
        return { command: command.replace(/^\$ compute-est /, ""), printed: printed.join("\n").trim() };
      }),
  );
}

function expectPrinted(actual: string, shown: string): void {
  let rest = actual;
  for (const piece of shown
    .split(/^\.\.\.$/m)
    .map((part) => part.trim())
    .filter((part) => part !== "")) {
    expect(rest).toContain(piece);
    rest = rest.slice(rest.indexOf(piece) + piece.length);
  }
}

describe("the documents are in step", () => {
  for (const path of ["README.md", "docs/method.md", "docs/json.md"]) {
    const blocks = blocksOf(path);
    it.each(blocks.map((block) => [block.command, block.printed] as const))(
      `${path}: %s`,
      async (command, printed) => {
        const { out, err, code } = await runCli(words(command));
        expect(code, err).toBeLessThan(2);
        expectPrinted((out + err).trim(), printed);
      },
    );
  }

  it("the README shows blocks", () => expect(blocksOf("README.md").length).toBeGreaterThan(3));

  it("the README names every command", () => {
    const readme = readFileSync("README.md", "utf8");
    const missing = COMMANDS.filter(
      (entry) => entry.hidden !== true && !readme.includes(`\`${entry.name}`),
    ).map((entry) => entry.name);
    expect(missing).toEqual([]);
  });

  it("docs/json.md lists every code that the sources can give", async () => {
    const { execFileSync } = await import("node:child_process");
    const found = execFileSync("grep", ["-rhoE", '"[EW]-[A-Z0-9-]+"', "src"], { encoding: "utf8" });
    const codes = [
      ...new Set(
        found
          .split("\n")
          .map((code) => code.replaceAll('"', ""))
          .filter((code) => code !== ""),
      ),
    ];
    const text = readFileSync("docs/json.md", "utf8");
    expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });

  it("no file names a path of the machine it was made on", async () => {
    const { execFileSync } = await import("node:child_process");
    const files = execFileSync("git", ["ls-files"], { encoding: "utf8" })
      .split("\n")
      .filter((file) => file !== "" && !file.endsWith("lock.json"));
    const offenders = files.filter((file) => /\/(?:root|work)\/[a-z]/.test(readFileSync(file, "utf8")));
    expect(offenders).toEqual([]);
  });
});
