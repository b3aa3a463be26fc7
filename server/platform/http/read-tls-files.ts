import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { codeOf } from '../../../core/durable/publish.ts';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { SettingsPrefix, TlsFiles } from '../config/tls.ts';

export interface TlsContent {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * Reads certificate and key, and tries them, alone and together.
 * @throws SealkeepError CONFIG_INVALID naming the setting of the file that is not usable.
 */
export function readTlsFiles({ certificate, key }: TlsFiles, settings: SettingsPrefix): TlsContent {
  const content = {
    cert: readPem(certificate, `${settings}_TLS_CERT`, (cert) => createSecureContext({ cert })),
    key: readPem(key, `${settings}_TLS_KEY`, (pem) => createSecureContext({ key: pem })),
  };
  try {
    createSecureContext(content);
  } catch (cause) {
    throw invalid(`${settings}_TLS_KEY`, `${key} is not the key of ${certificate}`, cause);
  }
  return content;
}

function readPem(file: string, name: string, attempt: (content: Buffer) => unknown): Buffer {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (cause) {
    throw invalid(name, `${file} cannot be read (${codeOf(cause)})`, cause);
  }
  try {
    attempt(content);
  } catch (cause) {
    throw invalid(name, `${file} is no usable PEM file`, cause);
  }
  return content;
}

function invalid(name: string, reason: string, cause: unknown): SealkeepError {
  return new SealkeepError('CONFIG_INVALID', { name, reason }, { cause });
}
