/** The types of `electron.mjs`, for those of the project's tools that are type-checked. */
export function installElectron(node: string, limitMs: number, folder?: string): Promise<unknown>;
export function electronBinary(
  environment?: Readonly<Record<string, string | undefined>>,
  folder?: string,
): string | undefined;
/** Whether a window can be shown at all. */
export function hasDisplay(): boolean;
