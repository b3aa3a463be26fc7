interface FetchLimits {
  /** For all of it, the body included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * Fetches a text from another server, within limits, without following redirects, and no longer than `init.signal` lets it.
 * @throws Error for whatever is no success; one called `TimeoutError` where the time was over. None says what came.
 */
export async function fetchText(url: string, init: RequestInit, limits: FetchLimits): Promise<string> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const response = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${response.status} from ${url}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > limits.maxBytes) throw new Error(`more than ${limits.maxBytes} bytes from ${url}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
