// Runs a TypeScript script of this folder on Node 20: bundles it to a temporary file, imports that.
// Usage: node scripts/run.mjs NAME [ARG ...]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";

const [name, ...rest] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "compute-est-"));
try {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    input: `scripts/${name}.ts`,
    platform: "node",
    transform: { target: "node20" },
    external: ["rolldown", "vitest"],
    output: { file: outfile, format: "esm", codeSplitting: false },
    logLevel: "warn",
  });
  process.argv = [process.argv[0], outfile, ...rest];
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(folder, { recursive: true, force: true });
}
