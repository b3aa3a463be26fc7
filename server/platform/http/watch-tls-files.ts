import { type Schedule, systemSchedule } from '../../../core/schedule.ts';
import { isSealkeepError } from '../../../shared/errors/error.ts';
import type { SettingsPrefix, TlsFiles } from '../config/tls.ts';
import { readTlsFiles, type TlsContent } from './read-tls-files.ts';

const EVERY_MS = 60_000;

export interface TlsWatch {
  readonly files: TlsFiles;
  readonly settings: SettingsPrefix;
  /** What is in use. */
  readonly present: TlsContent;
  /** Certificate and key are others now, and go together. */
  renewed(content: TlsContent): void;
  /** Other files are there that cannot be used, told once for each reason; those in use stay. */
  refused(reason: string): void;
  readonly schedule?: Schedule | undefined;
}

/**
 * Looks once a minute whether certificate and key were renewed: they are short-lived, and a restart for each would end
 * what is under way. @returns ends it.
 */
export function watchTlsFiles(watch: TlsWatch): () => void {
  const { files, settings, renewed, refused, schedule = systemSchedule } = watch;
  let { present } = watch;
  let told = '';

  function look(): void {
    unschedule = schedule(EVERY_MS, look);
    try {
      const found = readTlsFiles(files, settings);
      told = '';
      if (found.cert.equals(present.cert) && found.key.equals(present.key)) return;
      renewed(found);
      present = found;
    } catch (error) {
      if (!isSealkeepError(error, 'CONFIG_INVALID')) throw error;
      // One file was replaced and the other not yet, for example: the next look finds both.
      const reason = String(error.details['reason']);
      if (reason !== told) refused(reason);
      told = reason;
    }
  }

  let unschedule = schedule(EVERY_MS, look);
  return () => unschedule();
}
