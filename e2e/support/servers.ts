import { createServer } from 'node:net';
import { z } from 'zod';
import type { Ended, Running } from './process.ts';
import type { Workspace } from './workspace.ts';

export interface Servers {
  readonly kms: string;
  readonly cloud: string;
  readonly running: Running;
  /** Ctrl-C. */
  stop(): Promise<Ended>;
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = held.map((server) => z.object({ port: z.number() }).parse(server.address()).port);
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The environment in which a KMS and a cloud on these ports know each other. */
export function serverSettings(kmsPort: number, cloudPort: number): Record<string, string> {
  return {
    KMS_PORT: String(kmsPort),
    CLOUD_PORT: String(cloudPort),
    KMS_CLOUD_URL: `http://127.0.0.1:${cloudPort}`,
    CLOUD_KMS_URL: `http://127.0.0.1:${kmsPort}`,
  };
}

/** `sealkeep serve` in a process of its own, once it says that it runs. */
export async function startServers(
  workspace: Workspace,
  {
    data = workspace.path('servers'),
    ports,
    options = [],
    environment: further = {},
  }: {
    data?: string;
    ports?: readonly [number, number];
    options?: readonly string[];
    environment?: Readonly<Record<string, string>>;
  } = {},
): Promise<Servers> {
  const [kmsPort = 0, cloudPort = 0] = ports ?? (await freePorts(2));
  const environment = { ...serverSettings(kmsPort, cloudPort), ...further, SEALKEEP_HOME: data };
  const running = workspace.start(['serve', ...options], { environment, cwd: workspace.folder });
  await running.says(/Stop them with Ctrl-C/);
  return {
    kms: `http://127.0.0.1:${kmsPort}`,
    cloud: `http://127.0.0.1:${cloudPort}`,
    running,
    stop() {
      running.signalGroup('SIGINT');
      return running.ended;
    },
  };
}
