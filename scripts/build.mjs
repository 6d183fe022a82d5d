// Bundles the CLI and the library into dist/. Every command of the CLI is loaded when it is asked for; what most of them need
// lies in few files, as each file costs every start.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build } from "rolldown";

/** Data files, compact; `code` makes a module of one. */
const data = (code) => ({
  name: "data",
  load: {
    order: "pre",
    filter: { id: /data\/.*\.json$/ },
    async handler(path) {
      const text = JSON.stringify(JSON.parse(await readFile(path, "utf8")));
      return { code: `export default JSON.parse(${await code(path, text)});`, moduleType: "js" };
    },
  },
});

/** Of the CLI, files of their own beside the chunks: engines parse them far sooner than they compile a string that holds them. */
const besideChunks = data(async (path, text) => {
  const name = relative(".", path)
    .replaceAll(/[/\\]/g, "-")
    .replace(/^(src-)?(measured-)?data-/, "");
  await writeFile(join("dist/data", name), text);
  return `require("node:fs").readFileSync(__dirname + "/../data/${name}", "utf8")`;
});
const inside = data((_, text) => JSON.stringify(text));

/** Commander starts subcommands that are programs of their own; ours are none, and loading what would start them costs every start. */
const noPrograms = {
  name: "no-programs",
  resolveId: (id, importer) =>
    id === "node:child_process" && importer?.includes("commander") ? "\0no-programs" : undefined,
  load: (id) => (id === "\0no-programs" ? "export default {};" : undefined),
};

/** Chalk finds out by itself whether there are colours, and loads terminals for it; ours is told. */
const noDetection = {
  name: "no-detection",
  resolveId: (id) => (id === "#supports-color" ? "\0no-detection" : undefined),
  load: (id) => (id === "\0no-detection" ? "export default { stdout: false, stderr: false };" : undefined),
};

/** Folders of the packages that end up in the bundles, whose licences ask to travel with them. */
const packages = new Set();
const notices = {
  name: "notices",
  generateBundle(_, bundle) {
    for (const id of Object.values(bundle).flatMap(({ moduleIds = [] }) => moduleIds)) {
      const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id.replaceAll("\\", "/")) ?? [];
      if (folder !== undefined) packages.add(folder);
    }
  },
};

/** Name, version and licence of each. */
async function noticesOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text =
    file === undefined ? `Licence: ${license}` : (await readFile(join(folder, file), "utf8")).trim();
  return `${name} ${version}\n\n${text}\n`;
}

const common = {
  platform: "node",
  transform: { target: "node20" },
  resolve: { alias: { "string-width": resolve("scripts/plain-width.cjs") } },
};

await rm("dist", { recursive: true, force: true });
await mkdir("dist/data", { recursive: true });
// CommonJS: starting Node's loader of ES modules takes a fifth of a bare start
await build({
  ...common,
  plugins: [besideChunks, noPrograms, noDetection, notices],
  input: { cli: "src/cli.ts" },
  output: {
    dir: "dist",
    format: "cjs",
    minify: true,
    entryFileNames: "[name].cjs",
    chunkFileNames: "chunks/[name]-[hash].cjs",
    codeSplitting: {
      groups: [
        {
          name: "edge",
          priority: 2,
          test: /src\/(io|version|units\/problem|commands\/(index|estimators))\.ts$|node_modules\/(chalk|commander)\/|rolldown\/runtime/,
        },
        { name: "facts", test: /data\/catalogue\/(accelerators|models|fleets|grids)\.json$/ },
        {
          name: "text",
          priority: 1,
          test: /src\/render\/(person|table|text)\.ts$|node_modules\/cli-table3|plain-width/,
        },
        { name: "shared", test: /src\//, minShareCount: 3 },
      ],
    },
  },
});
await build({
  ...common,
  plugins: [inside, notices],
  input: { index: "src/index.ts" },
  output: { dir: "dist", format: "esm", minify: true, chunkFileNames: "library/[name]-[hash].js" },
});
const texts = await Promise.all([...packages].sort().map(noticesOf));
await writeFile("dist/THIRD-PARTY.txt", texts.join(`\n${"-".repeat(80)}\n\n`));
