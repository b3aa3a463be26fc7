import { createInterface, type Interface } from 'node:readline';
import { SealkeepError } from '../shared/errors/error.ts';
import { errorSentence } from '../shared/messages/en.ts';
import { printable, STEERING } from '../shared/names/printable.ts';
import { hintFor } from './hints.ts';

export interface Terminal {
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
  readonly isInputTerminal: boolean;
  /** As wide as it is now. */
  readonly columns: number;
  /** Whether whoever read standard output has gone (`| head`): there is nobody to tell anything. */
  readonly isUnread: boolean;
  /** One line of the command's result. */
  print(line: string): void;
  /** One line of JSON. */
  printJson(value: unknown): void;
  /** From now on standard output is for bytes: lines of the result go to standard error. */
  keepOutputForBytes(): void;
  readonly isOutputForBytes: boolean;
  /** One line beside the result: what goes wrong, or what to know. */
  note(line: string): void;
  /** Overwrites the last such text; the empty one clears it. */
  status(text: string): void;
  /** The next line of standard input, for what a terminal would be asked. */
  readLine(): Promise<string>;
  /** Reads no more, so that an open standard input does not hold the process. */
  close(): void;
}

/** One line of JSON that a terminal does not obey either; to a parser it says the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    STEERING,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @param lost called where standard output takes no more: nobody reads it (`EPIPE`), or its disk is full. */
export function createTerminal(
  { stdin, stdout, stderr }: NodeJS.Process,
  lost: (error: NodeJS.ErrnoException) => void,
): Terminal {
  let isUnread = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    isUnread ||= error.code === 'EPIPE';
    lost(error);
  });
  let input: Interface | undefined;
  let lines: AsyncIterator<string> | undefined;
  let hasStatus = false;
  let result: NodeJS.WriteStream = stdout;
  const status = (text: string) => {
    if (!stderr.isTTY || (text === '' && !hasStatus)) return;
    hasStatus = text !== '';
    stderr.write(`\r\u001b[K${printable(text)}`);
  };
  return {
    isOutputTerminal: stdout.isTTY === true,
    isErrorTerminal: stderr.isTTY === true,
    isInputTerminal: stdin.isTTY === true,
    get columns() {
      // A terminal that does not know its size says 0.
      return stderr.columns || 80;
    },
    get isUnread() {
      return isUnread;
    },
    print(line) {
      status('');
      result.write(`${printable(line)}\n`);
    },
    printJson(value) {
      status('');
      result.write(`${printableJson(value)}\n`);
    },
    get isOutputForBytes() {
      return result !== stdout;
    },
    keepOutputForBytes() {
      result = stderr;
    },
    note(line) {
      status('');
      stderr.write(`${printable(line)}\n`);
    },
    status,
    async readLine() {
      input ??= createInterface({ input: stdin });
      lines ??= input[Symbol.asyncIterator]();
      const { value, done } = await lines.next();
      if (done)
        throw new SealkeepError('USAGE', {
          reason: 'Standard input ended before all that was asked for came.',
        });
      return value;
    },
    close() {
      status('');
      input?.close();
      if (input) stdin.pause();
    },
  };
}

/** `{"code", "message"}` as JSON lines and scripts get it; `Details` stay out, the sentence has what matters, and then which command helps (`hintFor`). */
export function errorJson(error: SealkeepError, running?: string): { code: string; message: string } {
  const hint = hintFor(error.code, running);
  const sentence = errorSentence(error.code, error.details);
  return { code: error.code, message: hint === undefined ? sentence : `${sentence} ${hint}` };
}
