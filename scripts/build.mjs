// Bundles the CLI and the library into dist/: one entry each, shared chunks, every command its own lazy chunk.
import { readFile, rm } from "node:fs/promises";
import { build } from "esbuild";

/** Catalogue files as JSON.parse of a string: engines read that several times faster than an object literal. */
const parsedJson = {
  name: "parsed-json",
  setup(plugin) {
    plugin.onLoad({ filter: /data\/.*\.json$/ }, async ({ path }) => {
      const compact = JSON.stringify(JSON.parse(await readFile(path, "utf8")));
      return { contents: `export default JSON.parse(${JSON.stringify(compact)});`, loader: "js" };
    });
  },
};

await rm("dist", { recursive: true, force: true });
// two builds: modules that both would share, in ever smaller chunks, cost the command line a file each at start-up
for (const [name, chunks] of [
  ["cli", "chunks"],
  ["index", "library"],
]) {
  await build({
    entryPoints: { [name]: `src/${name}.ts` },
    outdir: "dist",
    chunkNames: `${chunks}/[name]-[hash]`,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    legalComments: "none",
    plugins: [parsedJson],
    alias: { "string-width": "./scripts/plain-width.cjs" },
    // esbuild's ESM output of CommonJS packages (commander, cli-table3) calls require()
    banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  });
}
