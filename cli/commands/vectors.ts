import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { runVectors } from '../../agent/vectors/run-vectors.ts';
import { codeOf } from '../../core/durable/publish.ts';
import { SealkeepError } from '../../shared/errors/error.ts';
import type { CliContext } from '../context.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { addCommand } from '../manual/add-command.ts';

export function addVectorsCommand(program: Command, context: CliContext): void {
  const { terminal } = context;
  addCommand(program, 'vectors').action(async (file: string) => {
    const { passed, failed } = runVectors(await readVectors(path.resolve(file)), (line) =>
      terminal.note(line),
    );
    terminal.print(`${passed} passed, ${failed} failed`);
    if (failed > 0 || passed === 0) context.endWith(EXIT_CODES.failed);
  });
}

async function readVectors(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') throw new SealkeepError('FILE_NOT_FOUND', { file }, { cause });
    if (cause instanceof SyntaxError)
      throw new SealkeepError('USAGE', { reason: `${file} is not JSON.` }, { cause });
    throw new SealkeepError('FILE_NOT_READABLE', { file }, { cause });
  }
}
