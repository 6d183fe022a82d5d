import type { Layer } from "../input/layers.ts";
import type { Io } from "../io.ts";
import { refuse } from "../units/problem.ts";
import type { OutputOptions } from "./options.ts";
import { parseJsonObject } from "./run.ts";
import type { UserFile } from "./user-catalogue.ts";

/** What the configuration files say: values by request key, and catalogue rows. */
export interface Configuration {
  readonly layers: readonly Layer[];
  readonly catalogues: readonly UserFile[];
}

const PROJECT_FILE = "compute-est.json";

/** The project's file (or --config FILE), then the user's; --no-config reads neither. --catalog FILE adds rows. */
export function configLayers(options: OutputOptions, io: Io): Configuration {
  const layers: Layer[] = [];
  const catalogues: UserFile[] = [];
  const add = (origin: Layer["origin"], name: string, text: string) => {
    const { catalog, ...values } = parseJsonObject(text, name);
    layers.push({ origin, values, name, strict: false });
    if (typeof catalog === "string") catalogues.push(readCatalogue(catalog, io));
    else if (catalog !== undefined) catalogues.push({ name, value: catalog });
  };
  if (typeof options.config === "string") {
    const text = io.readFile(options.config);
    if (text === undefined) refuse("E-FILE", `There is no file "${options.config}".`, { flag: "--config" });
    add("project file", options.config, text);
  } else if (options.config !== false) {
    const project = io.readFile(`${io.cwd}/${PROJECT_FILE}`);
    if (project !== undefined) add("project file", PROJECT_FILE, project);
    const path = userFile(io.env);
    const user = path === undefined ? undefined : io.readFile(path);
    if (path !== undefined && user !== undefined) add("user file", path, user);
  }
  if (options.catalog !== undefined) catalogues.push(readCatalogue(options.catalog, io));
  return { layers, catalogues };
}

function readCatalogue(path: string, io: Io): UserFile {
  const text = io.readFile(path);
  if (text === undefined) refuse("E-FILE", `There is no file "${path}".`, { flag: "--catalog" });
  return { name: path, value: parseJsonObject(text, path) };
}

/** The user's config.json in the platform's folder: XDG on Linux, Library on macOS, AppData on Windows. */
function userFile(env: Io["env"]): string | undefined {
  if (env.XDG_CONFIG_HOME) return `${env.XDG_CONFIG_HOME}/compute-est/config.json`;
  if (env.APPDATA) return `${env.APPDATA}\\compute-est\\Config\\config.json`;
  if (!env.HOME) return undefined;
  const mac = env.HOME.startsWith("/Users/");
  return mac
    ? `${env.HOME}/Library/Preferences/compute-est/config.json`
    : `${env.HOME}/.config/compute-est/config.json`;
}
