import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../../core/crypto/secret.ts';
import { ensureFolder } from '../../core/durable/ensure-folder.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { writeFileDurably } from '../../core/durable/write-file.ts';
import { SealkeepError } from '../../shared/errors/error.ts';

const ROOT_KEY_BYTES = 32;

/**
 * The root key provider `file:`: 32 random bytes in base64, in a file that only its owner can read, made at first need.
 * @throws SealkeepError CONFIG_INVALID where the file holds anything else or its folder can't be written.
 */
export async function loadRootKeyFile(file: string, setting: string): Promise<Secret> {
  try {
    await ensureFolder(path.dirname(file));
    const existing = await readIfThere(file);
    if (existing) return parseRootKey(existing, file, setting);
    const fresh = Secret.random(ROOT_KEY_BYTES);
    await writeFileDurably(
      file,
      fresh.use((bytes) => `${bytes.toString('base64')}\n`),
    );
    return fresh;
  } catch (cause) {
    if (cause instanceof SealkeepError) throw cause;
    throw new SealkeepError(
      'CONFIG_INVALID',
      { name: setting, reason: `${file} cannot be used (${codeOf(cause)})` },
      { cause },
    );
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    const content = await readFile(file);
    await chmod(file, 0o600);
    return content;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseRootKey(content: Buffer, file: string, setting: string): Secret {
  const key = Buffer.from(content.toString('latin1').trim(), 'base64');
  content.fill(0);
  if (key.length !== ROOT_KEY_BYTES) {
    throw new SealkeepError('CONFIG_INVALID', {
      name: setting,
      reason: `${file} holds no root key of 32 bytes`,
    });
  }
  return Secret.take(key);
}
