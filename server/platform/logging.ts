import pino, { type DestinationStream, type Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Names under which a secret could ever come near a log line; whatever stands there is left out. */
const SECRETS = [
  'password',
  'new_password',
  'passphrase',
  'token',
  'access_token',
  'cloud_token',
  'refresh_token',
  'delegated_authentication',
  'enrolment_ticket',
  'ticket',
  'authentication',
  'authorization',
  'invitation',
  'recovery_code',
  'recovery_codes',
  'reset_code',
  'key',
  'wrapped_key',
  'enc_key',
  'secret',
  'otp_uri',
  'launch_secret',
];
const SECRET_HEADERS = ['x-client-token', 'x-sealkeep-launch-secret', 'x-sealkeep-jwe', 'cookie'];

/** `code` is what errors are called; in a body it is the six digits. */
const REDACTED = [
  ...SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  ...SECRET_HEADERS.flatMap((name) => [`headers["${name}"]`, `*.headers["${name}"]`]),
  'body.code',
  '*.body.code',
];

/**
 * JSON lines. Callers log codes, ids and names; bodies, headers and tokens are never handed to a logger, and the names
 * above are a second net, for the day that somebody does.
 */
export function createLogger(service: string, level: LogLevel, destination: DestinationStream): Logger {
  return pino({ level, base: { service }, redact: { paths: REDACTED, remove: true } }, destination);
}
