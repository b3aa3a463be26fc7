import { z } from 'zod';

/** What `encrypt`, `decrypt`, `upload` and `download` print of one file with `--json`. */
const fileLine = z.union([
  z.strictObject({ file: z.string(), out: z.string(), bytes: z.number(), ms: z.number() }),
  z.strictObject({
    file: z.string(),
    error: z.strictObject({ code: z.string(), message: z.string() }),
  }),
]);

/** Each line as the schema has it; a line that is anything else fails the test. */
export function jsonLines<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema>[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error(`the last line has no end: ${text}`);
  return lines.map((line) => schema.parse(JSON.parse(line)));
}

export interface FileOutcomes {
  readonly finished: readonly { file: string; out: string; bytes: number; ms: number }[];
  readonly failed: readonly { file: string; error: { code: string; message: string } }[];
}

export function fileOutcomes(stdout: string): FileOutcomes {
  const lines = jsonLines(stdout, fileLine);
  return {
    finished: lines.filter((line) => 'out' in line),
    failed: lines.filter((line) => 'error' in line),
  };
}
