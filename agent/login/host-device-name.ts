import { hostname } from 'node:os';
import { LIMITS } from '../../shared/limits.ts';
import { printable } from '../../shared/names/printable.ts';

/** What the KMS is told that this device is called: the host's name, as far as it fits. */
export function hostDeviceName(name = hostname()): string {
  const characters = [...printable(name)];
  while (characters.join('').length > LIMITS.deviceName) characters.pop();
  return characters.join('') || 'unknown';
}
