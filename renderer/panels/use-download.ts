import type { CloudFile } from '../../shared/api/cloud/files.ts';
import type { BridgeError } from '../../shared/bridge/state.ts';
import { useCall } from '../parts/use-call.ts';

export interface Download {
  /** Why the last one could not be started; what goes wrong later stands at its job. */
  readonly error: BridgeError | null;
  /** With `open` it is opened as well, once it is here. */
  start(file: CloudFile, open: boolean): void;
}

export function useDownload(): Download {
  const { run, error } = useCall('cloud.download');
  return { error, start: ({ owner, name }, open) => void run({ owner, name, open }) };
}
