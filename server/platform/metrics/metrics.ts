import type { RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import { SealkeepError } from '../../../shared/errors/error.ts';
import type { AddressList } from '../config/addresses.ts';
import { type Endpoint, type Guard, rawEndpoint } from '../http/endpoint.ts';
import { createRequestTimes } from './request-times.ts';

/** A figure that is looked up when somebody asks for it. */
export interface MetricsGauge {
  readonly name: string;
  readonly help: string;
  /** What tells several figures of the name apart; no value of it names a person, a resource or an address. */
  readonly label?: string;
  /** One figure, or one for each value of the label. */
  read(): Promise<number | Readonly<Record<string, number>>>;
}

export interface MetricsOptions {
  readonly service: 'kms' | 'cloud';
  readonly version: string;
  /** Who may ask, of those whom the front door lets in; all of them where it is not given. */
  readonly addresses: AddressList | undefined;
  readonly gauges: readonly MetricsGauge[];
}

export interface Metrics {
  /** The first of all handlers: counts every request when it is answered, or its connection ends. */
  readonly measure: RequestHandler;
  /** `GET /metrics` */
  readonly endpoint: Endpoint;
}

/** What a client can send as a method is endless, and each would be a figure of its own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);
/** A client that went away before it had its answer; nginx calls it so. */
const CLIENT_GONE = 499;

/** Figures of one server, for Prometheus (docs/operate.md). */
export function createMetrics(options: MetricsOptions): Metrics {
  const times = createRequestTimes();
  let registry: Promise<Registry> | undefined;
  return {
    measure(request, response, next) {
      const began = performance.now();
      response.once('close', () => {
        const route = String(request.route?.path ?? 'none');
        const method = METHODS.has(request.method) ? request.method : 'other';
        const status = response.writableFinished ? response.statusCode : CLIENT_GONE;
        times.observe(route, method, status, (performance.now() - began) / 1000);
      });
      next();
    },
    endpoint: rawEndpoint({
      method: 'get',
      path: '/metrics',
      guard: fromAddresses(options.addresses),
      about: { summary: 'Figures for Prometheus', access: 'operator', replyTypes: ['text/plain'] },
      async respond({ response }) {
        registry ??= createRegistry(options);
        const { contentType } = await registry;
        const text = withoutEmptyFigures(await (await registry).metrics());
        response.type(contentType).send(times.text() + text);
      },
    }),
  };
}

function fromAddresses(addresses: AddressList | undefined): Guard<undefined> {
  return async (request) => {
    if (addresses && !addresses.includes(request.ip ?? '')) throw new SealkeepError('ADDRESS_REFUSED');
    return undefined;
  };
}

const LAG_FIGURE = /^nodejs_eventloop_lag_(?:min|max|mean|stddev|p\d+)_seconds .*\n/gm;

/** Without a sample since the last look the event loop's statistics are none: their mean is not a number, their least value huge. */
function withoutEmptyFigures(text: string): string {
  return /^nodejs_eventloop_lag_mean_seconds nan$/im.test(text) ? text.replace(LAG_FIGURE, '') : text;
}

/** The process's own figures (event loop, memory, CPU, open files), and the server's. */
async function createRegistry({ service, version, gauges }: MetricsOptions): Promise<Registry> {
  const prometheus = await import('prom-client');
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  const about = new prometheus.Gauge({
    name: 'sealkeep_info',
    help: 'Which server this is.',
    labelNames: ['service', 'version'],
    registers: [registry],
  });
  about.set({ service, version }, 1);
  for (const { name, help, label, read } of gauges) {
    new prometheus.Gauge({
      name,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [registry],
      async collect() {
        this.reset();
        const figures = await read();
        if (typeof figures === 'number') this.set(figures);
        else
          for (const [value, figure] of Object.entries(figures)) this.set({ [label ?? '']: value }, figure);
      },
    });
  }
  return registry;
}
