import type { Readable } from 'node:stream';
import { z } from 'zod';
import { errorReply, LAUNCH_SECRET_HEADER } from '../../shared/api/common.ts';
import { kaclsErrorReply } from '../../shared/api/kms/kacls.ts';
import { type ErrorCode, isServerErrorCode } from '../../shared/errors/codes.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import { LIMITS } from '../../shared/limits.ts';
import { readAll } from './read-all.ts';
import { type HttpReply, type HttpRequest, IdleTimeoutError, type Transport } from './transport.ts';

/** One server as the agent reaches it. */
export interface Peer {
  readonly service: 'KMS' | 'cloud';
  /** Where it listens: the base URL of every request. What it is called may be another thing. */
  readonly address: string;
  readonly launchSecret?: string | undefined;
  /** Ends every call: of a peer that one job has to itself. */
  readonly signal?: AbortSignal | undefined;
  /** How long nothing may move in either direction before it counts as a time-out. */
  readonly idleTimeoutMs: number;
  readonly send: Transport;
}

export interface PeerCall {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly bearer?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: HttpRequest['body'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** These end a login at the KMS, which is not the cloud's to say. */
const OF_KMS_ONLY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AUTHENTICATION_INVALID',
  'LOGIN_ENDED',
  'REFRESH_REFUSED',
]);

/** Our endpoints put what they answer into `data`. */
const envelope = z.object({ data: z.unknown() });

/**
 * Sends one call and gives the reply if it says success.
 * @throws SealkeepError the server's own code, or SERVER_UNREACHABLE, SERVER_TIMEOUT, SERVER_ANSWER_INVALID.
 */
export async function callPeer(peer: Peer, call: PeerCall): Promise<HttpReply> {
  const reply = await sendTo(peer, call);
  if (reply.status >= 200 && reply.status < 300) return reply;
  throw errorFrom(peer, await readText(peer, call, reply.body));
}

/** The same for a reply of ours, `{"data": …}`, parsed. */
export async function callForData<Schema extends z.ZodType>(
  peer: Peer,
  call: PeerCall,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { data } = parseReply(peer, await readReply(peer, call), envelope);
  return parseReply(peer, data, schema);
}

/** The same for a bare reply. */
export async function callForBare<Schema extends z.ZodType>(
  peer: Peer,
  call: PeerCall,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parseReply(peer, await readReply(peer, call), schema);
}

async function readReply(peer: Peer, call: PeerCall): Promise<unknown> {
  return parseJson(await readText(peer, call, (await callPeer(peer, call)).body));
}

async function sendTo(peer: Peer, call: PeerCall): Promise<HttpReply> {
  const headers = {
    accept: 'application/json',
    ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(call.bearer === undefined ? {} : { authorization: `Bearer ${call.bearer}` }),
    ...(peer.launchSecret === undefined ? {} : { [LAUNCH_SECRET_HEADER]: peer.launchSecret }),
    ...call.headers,
  };
  const body = call.json === undefined ? call.body : Buffer.from(JSON.stringify(call.json));
  const signal = call.signal ?? peer.signal;
  try {
    return await peer.send({
      method: call.method,
      url: peer.address + call.path,
      headers,
      ...(body ? { body } : {}),
      signal,
      idleTimeoutMs: peer.idleTimeoutMs,
    });
  } catch (cause) {
    throw transportError(peer, signal, cause);
  }
}

/** What a failed connection means; an error of ours, from the body that was being sent, stays what it is. */
export function transportError(peer: Peer, signal: AbortSignal | undefined, cause: unknown): SealkeepError {
  if (cause instanceof SealkeepError) return cause;
  if (signal?.aborted) return new SealkeepError('JOB_CANCELLED', {}, { cause });
  const code = cause instanceof IdleTimeoutError ? 'SERVER_TIMEOUT' : 'SERVER_UNREACHABLE';
  return new SealkeepError(code, placeOf(peer), { cause });
}

function placeOf({ service, address }: Peer) {
  return { service, url: address };
}

async function readText(peer: Peer, call: PeerCall, body: Readable): Promise<string> {
  try {
    const bytes = await readAll(body, LIMITS.jsonReply);
    if (!bytes) throw new SealkeepError('SERVER_ANSWER_INVALID', placeOf(peer));
    return bytes.toString('utf8');
  } catch (cause) {
    throw transportError(peer, call.signal ?? peer.signal, cause);
  }
}

function parseReply<Schema extends z.ZodType>(peer: Peer, reply: unknown, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(reply);
  if (parsed.success) return parsed.data;
  // The cause names fields only: what stood in them may be a token or a key.
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new SealkeepError('SERVER_ANSWER_INVALID', placeOf(peer), { cause: new Error(`unfit: ${fields}`) });
}

/** The error that a reply says; SERVER_ANSWER_INVALID where it says none of ours. */
export function errorFrom(peer: Peer, text: string): SealkeepError {
  const json = parseJson(text);
  const own = errorReply.safeParse(json);
  const isOverstepping = peer.service === 'cloud' && own.data && OF_KMS_ONLY.has(own.data.error.code);
  if (isOverstepping) return new SealkeepError('SERVER_ANSWER_INVALID', placeOf(peer));
  if (own.success) return new SealkeepError(own.data.error.code, own.data.error.details);
  const kacls = kaclsErrorReply.safeParse(json);
  const [code = '', , request = ''] = kacls.success ? kacls.data.details.split(' ') : [];
  if (isServerErrorCode(code)) return new SealkeepError(code, { request });
  return new SealkeepError('SERVER_ANSWER_INVALID', placeOf(peer));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON fits no schema either, which is how it is reported.
    return undefined;
  }
}
