import pino, { type DestinationStream, type Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Names under which a secret could ever come near a log line; whatever stands there is left out. */
const REDACTED = [
  'password',
  'code',
  'token',
  'key',
  'secret',
  'authentication',
  'authorization',
  'wrapped_key',
].flatMap((name) => [`body.${name}`, `*.body.${name}`]);

/** JSON lines. Callers log codes, ids and names; bodies, headers and tokens are never handed to a logger. */
export function createLogger(service: string, level: LogLevel, destination: DestinationStream): Logger {
  return pino({ level, base: { service }, redact: { paths: REDACTED, remove: true } }, destination);
}
