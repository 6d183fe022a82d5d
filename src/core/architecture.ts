/** What a shape implies: parameters, FLOP per token, bytes. The files of architecture/, under one name. */
export * from "./architecture/cache.ts";
export * from "./architecture/conventions.ts";
export * from "./architecture/flop.ts";
export * from "./architecture/parameters.ts";
export * from "./architecture/typical.ts";
