import { randomId } from '../../../core/crypto/random.ts';
import { formatKeyFile, type KeyFile } from '../../../shared/formats/key-file.ts';
import { encodePrelude } from '../../../shared/formats/prelude.ts';
import { WRAPPED_KEY_LAYOUT } from '../../../shared/formats/wrapped-key.ts';
import { formatResourceName } from '../../../shared/names/resource-name.ts';
import type { Caller } from '../caller.ts';
import { KMS_URL, type TestCloud } from './test-cloud.ts';

/** A wrapped key that says it hangs on this version; the rest of it is nobody's business here. */
export function wrappedKey(version: number): string {
  const bytes = Buffer.alloc(120, 7);
  bytes.writeUInt32BE(version, WRAPPED_KEY_LAYOUT.keyVersion);
  return bytes.toString('base64');
}

export interface TestPair {
  readonly id: string;
  readonly resourceName: string;
  readonly key: KeyFile;
  readonly enc: Buffer;
}

/** A pair that looks right to a cloud. */
export function makePair(owner: Caller, name: string, content = 'ciphertext', id = randomId()): TestPair {
  const resourceName = formatResourceName({ owner: owner.id, id });
  const { bytes } = encodePrelude({ resource_name: resourceName, kacls_url: KMS_URL });
  const key: KeyFile = {
    format: 'sealkeep-key',
    version: 1,
    resource_name: resourceName,
    kacls_url: KMS_URL,
    wrapped_key: wrappedKey(3),
    name,
    size: content.length,
    created_at: '2026-11-01T00:00:00.000Z',
    mac: Buffer.alloc(32, content).toString('base64'),
  };
  return { id, resourceName, key, enc: Buffer.concat([bytes, Buffer.from(content)]) };
}

export function formOf(pair: Pick<TestPair, 'enc' | 'key'>): FormData {
  const form = new FormData();
  form.append('enc_file', new Blob([new Uint8Array(pair.enc)]), 'x.enc');
  form.append('enc_key', new Blob([formatKeyFile(pair.key)]), 'x.key');
  return form;
}

export async function register(cloud: TestCloud, owner: Caller, pair: TestPair): Promise<Response> {
  const { id, key } = pair;
  return cloud.call('POST', '/resources', { as: owner, json: { id, name: key.name, size: key.size } });
}

export async function uploadPair(cloud: TestCloud, as: Caller, pair: TestPair): Promise<Response> {
  return cloud.call('POST', '/upload', { as, body: formOf(pair) });
}

/** Registers and uploads; throws where the cloud does not take it. */
export async function storedPair(
  cloud: TestCloud,
  owner: Caller,
  name: string,
  content?: string,
): Promise<TestPair> {
  const pair = makePair(owner, name, content);
  const answers = [await register(cloud, owner, pair), await uploadPair(cloud, owner, pair)];
  for (const answer of answers) {
    if (!answer.ok) throw new Error(`the test's own file was refused: ${await answer.text()}`);
  }
  return pair;
}

export async function shareFile(
  cloud: TestCloud,
  owner: Caller,
  share: { name: string; with: string; role: string; until?: string },
): Promise<Response> {
  return cloud.call('POST', '/shares', { as: owner, json: share });
}

export async function codeOfReply(response: Response): Promise<string> {
  const reply = (await response.json()) as { error?: { code?: string } };
  return reply.error?.code ?? 'none';
}

export async function dataOfReply(response: Response): Promise<unknown> {
  const reply = (await response.json()) as { data?: unknown };
  return reply.data;
}
