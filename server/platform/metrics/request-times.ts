/** Seconds: what a wrap takes, a login with argon2id, an upload. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];
const NAME = 'sealkeep_http_request_duration_seconds';

interface Times {
  readonly labels: string;
  /** How many fell under each bound and over the one before; the last is for all that took longer. */
  readonly counts: number[];
  sum: number;
}

/** How many requests there were, and how long they took. */
export interface RequestTimes {
  /** @param route the pattern, never the path: that one holds names of people and files. */
  observe(route: string, method: string, status: number, seconds: number): void;
  /** A histogram in Prometheus' text format. */
  text(): string;
}

/**
 * Counted here and not by prom-client, which is loaded when somebody first asks: every call passes here, and most
 * installations are asked by nobody.
 */
export function createRequestTimes(): RequestTimes {
  const all = new Map<string, Times>();

  function timesOf(route: string, method: string, status: number): Times {
    const labels = `route="${route}",method="${method}",status="${status}"`;
    const found = all.get(labels);
    if (found) return found;
    const made = { labels, counts: new Array<number>(BOUNDS.length + 1).fill(0), sum: 0 };
    all.set(labels, made);
    return made;
  }

  return {
    observe(route, method, status, seconds) {
      const times = timesOf(route, method, status);
      const index = BOUNDS.findIndex((bound) => seconds <= bound);
      const at = index < 0 ? BOUNDS.length : index;
      times.counts[at] = (times.counts[at] ?? 0) + 1;
      times.sum += seconds;
    },
    text() {
      const head = `# HELP ${NAME} Requests by route, and how long they took.\n# TYPE ${NAME} histogram\n`;
      return head + [...all.values()].map(linesOf).join('');
    },
  };
}

function linesOf({ labels, counts, sum }: Times): string {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return `${NAME}_bucket{${labels},le="${BOUNDS[index] ?? '+Inf'}"} ${total}\n`;
  });
  return `${buckets.join('')}${NAME}_sum{${labels}} ${sum}\n${NAME}_count{${labels}} ${total}\n`;
}
