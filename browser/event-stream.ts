import type { Response } from 'express';

/** One answer that goes on for as long as its page listens: `text/event-stream`. */
export interface EventStream {
  /**
   * Where the page reads more slowly than events come, the newest of each `kind` waits for it and older ones are left
   * out, so that no more waits than there are kinds: the events of the bridge, and each file that a job has asked for and
   * not got yet.
   */
  send(event: string, data: unknown, kind?: string): void;
  end(): void;
}

export function createEventStream(response: Response, onClosed: () => void): EventStream {
  const waiting = new Map<string, string>();
  let isFull = false;
  const write = (text: string) => {
    isFull = !response.write(text);
  };
  response.on('drain', () => {
    isFull = false;
    for (const [kind, text] of waiting) {
      if (isFull) return;
      waiting.delete(kind);
      write(text);
    }
  });
  response.on('close', onClosed);
  response.status(200).type('text/event-stream').flushHeaders();
  return {
    send(event, data, kind = event) {
      // JSON has no line ends of its own, so one `data:` line holds it.
      const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      if (!isFull) return write(text);
      // Anew at the end, so that order is the order of the newest.
      waiting.delete(kind);
      waiting.set(kind, text);
    },
    end: () => {
      response.end();
    },
  };
}
