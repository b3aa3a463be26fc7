import { electronBinary, hasDisplay } from '../bin/electron.mjs';

interface ElectronHere {
  readonly binary: string | undefined;
  readonly hasDisplay: boolean;
}

/** Why the window can't be driven in Electron here; undefined where it can. */
export function whyNoElectron(
  here: ElectronHere = { binary: electronBinary(), hasDisplay: hasDisplay() },
): string | undefined {
  if (here.binary === undefined) return "Electron's program is not installed here";
  return here.hasDisplay ? undefined : 'there is no display for its windows';
}
