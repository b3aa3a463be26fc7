import type { Readable } from 'node:stream';

/** A file that comes as a stream: its content is asked for when it is needed, and each time anew. */
export interface StreamSource {
  readonly name: string;
  /** Promised: a stream that gives fewer bytes or more is refused. */
  readonly size: number;
  open(): Promise<Readable>;
}

/** What a job reads: a file by its path, or a stream. */
export type Source = string | StreamSource;

/** How a job's report and its errors name a source. */
export function sourceLabel(source: Source): string {
  return typeof source === 'string' ? source : source.name;
}
