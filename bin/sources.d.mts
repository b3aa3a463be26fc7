/** The types of `sources.mjs`, for those of the project's tools that are type-checked. */
export const SOURCE_FOLDERS: readonly string[];
export function isSource(name: string): boolean;
