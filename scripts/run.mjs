// Runs a TypeScript script of this folder on Node 20: bundles it to a temporary file, imports that.
// Usage: node scripts/run.mjs NAME [ARG ...]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const [name, ...rest] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "compute-est-"));
try {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [`scripts/${name}.ts`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["esbuild", "vitest"],
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  });
  process.argv = [process.argv[0], outfile, ...rest];
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(folder, { recursive: true, force: true });
}
