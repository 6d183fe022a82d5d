import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** What each room of src/ may import: other rooms, and packages. The picture is in docs/method.md. */
const ROOMS: Readonly<Record<string, { rooms: readonly string[]; packages: readonly string[] }>> = {
  "version.ts": { rooms: [], packages: ["../package.json"] },
  units: { rooms: [], packages: [] },
  core: { rooms: ["units"], packages: [] },
  catalog: { rooms: ["units", "core"], packages: ["fastest-levenshtein"] },
  measured: { rooms: ["units", "core"], packages: [] },
  study: {
    rooms: ["core", "catalog", "measured", "units"],
    packages: ["pure-rand"],
  },
  input: { rooms: ["catalog", "units"], packages: ["zod"] },
  render: { rooms: ["units", "core"], packages: ["chalk", "cli-table3", "csv-stringify", "markdown-table"] },
  commands: {
    rooms: ["input", "study", "render", "catalog", "core", "units", "io.ts", "version.ts"],
    packages: ["commander", "@bomb.sh/tab", "csv-parse"],
  },
  "cli.ts": { rooms: ["commands", "io.ts", "units", "version.ts"], packages: ["commander"] },
  "io.ts": { rooms: ["units"], packages: ["chalk", "node:"] },
  "index.ts": { rooms: ["core", "catalog", "study", "units", "input", "version.ts"], packages: [] },
};

/** Types may cross where values may not: core and render name each other's shapes, never each other's code. */
const TYPE_ONLY: Readonly<Record<string, readonly string[]>> = {
  core: ["units"],
  catalog: ["core", "units"],
  render: ["study", "core", "units"],
  measured: ["core"],
};

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : path.endsWith(".ts") ? [path] : [];
  });
}

const roomOf = (path: string): string => relative("src", path).split("/")[0] ?? "";

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const statics = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"/gms)].map(
    (match) => ({
      from: file,
      to: match[2] ?? "",
      typeOnly: match[1] !== undefined || /^(?:import|export)\s*\{(?:\s*type\s[^,}]+,?)+\s*\}/.test(match[0]),
    }),
  );
  const dynamics = [...text.matchAll(/import\("([^"]+)"/g)].map((match) => ({
    from: file,
    to: match[1] ?? "",
    typeOnly: false,
  }));
  return [...statics, ...dynamics];
}

describe("the rooms of src/", () => {
  const imports = filesBelow("src").flatMap(importsOf);

  it("reads every import", () => expect(imports.length).toBeGreaterThan(50));

  it("has no arrow that the picture does not have", () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const room = roomOf(from);
      const allowed = ROOMS[room];
      if (allowed === undefined) return true;
      if (!to.startsWith(".")) return !allowed.packages.some((name) => to === name || to.startsWith(name));
      if (to.endsWith(".json"))
        return room !== "catalog" && room !== "measured" && room !== "study" && room !== "version.ts";
      const target = roomOf(join(dirname(from), to));
      if (target === room || allowed.rooms.includes(target)) return false;
      return !(typeOnly && (TYPE_ONLY[room] ?? []).includes(target));
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it("keeps the process at the edge", () => {
    const offenders = filesBelow("src")
      .filter((file) => !["src/io.ts", "src/cli.ts"].includes(file))
      .filter((file) =>
        /\bprocess\.(?:std|env|argv|exit|cwd|on\b|platform|cpu)|\bconsole\.\w+\(|from "node:/.test(
          readFileSync(file, "utf8"),
        ),
      );
    expect(offenders).toEqual([]);
  });
});
