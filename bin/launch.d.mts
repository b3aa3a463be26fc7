/** The types of `launch.mjs`, for those of the project's tools that are type-checked. */
export const nodeFlags: readonly string[];
