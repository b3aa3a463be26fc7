import type { Readable } from 'node:stream';

/** Content that comes as a stream: it is asked for when it is needed. */
export interface Content {
  /** How errors name it. */
  readonly name: string;
  open(): Promise<Readable>;
}

/** A file that comes as a stream, each time anew. */
export interface StreamSource extends Content {
  /** Promised: a stream that gives fewer bytes or more is refused. */
  readonly size: number;
  /** @param upTo so many of the first bytes are wanted, where it is given; no more have to come. */
  open(upTo?: number): Promise<Readable>;
}

/** What a job reads: a file by its path, or a stream. */
export type Source = string | StreamSource;

/** How a job's report and its errors name a source. */
export function sourceLabel(source: string | Content): string {
  return typeof source === 'string' ? source : source.name;
}
