import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createDevice, register, serverOptions } from './support/person.ts';
import { freePorts, serverSettings } from './support/servers.ts';
import { createWorkspace, type Workspace } from './support/workspace.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(() => workspace.close());

const HEAD = { expect: '100-continue' };

async function begun(outgoing: ClientRequest): Promise<ClientRequest> {
  outgoing.flushHeaders();
  // The server has read the head, and waits for the body.
  await once(outgoing, 'continue');
  return outgoing;
}

async function answerOf(outgoing: ClientRequest, rest: Buffer) {
  const answer = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.end(rest);
  const [response] = await answer;
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, json: JSON.parse(text) as unknown };
}

/** Resolves once nobody listens at the port any more. */
async function untilClosed(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const [outcome] = await Promise.allSettled([once(socket, 'connect')]);
    socket.destroy();
    if (outcome.status === 'rejected') return;
  }
}

test.runIf(hasOpenssl)(
  'over TLS (needs openssl): told to stop, it takes no more calls, and an upload and a wrap that it has begun finish',
  async () => {
    const [kmsPort = 0, cloudPort = 0] = await freePorts(2);
    const [cert, key] = [workspace.path('cert.pem'), workspace.path('key.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    const args = ['req', '-x509', ...curve, '-nodes', '-days', '2', ...names, '-out', cert, '-keyout', key];
    expect(spawnSync('openssl', args).status).toBe(0);
    const trust = { NODE_EXTRA_CA_CERTS: cert };
    const urls = { kms: `https://127.0.0.1:${kmsPort}`, cloud: `https://127.0.0.1:${cloudPort}` };
    const data = workspace.path('data');
    const environment = {
      ...serverSettings(kmsPort, cloudPort),
      ...{ KMS_TLS_CERT: cert, KMS_TLS_KEY: key, CLOUD_TLS_CERT: cert, CLOUD_TLS_KEY: key },
      ...{ KMS_CLOUD_URL: urls.cloud, CLOUD_KMS_URL: urls.kms, SEALKEEP_HOME: data },
      ...trust,
      KMS_STOP_SECONDS: '60',
      CLOUD_STOP_SECONDS: '60',
    };
    const running = workspace.start(['serve'], { environment });
    await running.says(/Stop them with Ctrl-C/);
    expect(running.output()).toContain(`KMS    ${urls.kms}\n`);
    const device = createDevice(workspace, 'ann');
    const trusting = { environment: trust };
    const start: typeof device.start = (given, options) =>
      device.start(given, { ...options, environment: { ...options?.environment, ...trust } });
    await register({ ...device, start }, 'ann', serverOptions(urls));
    const folder = await workspace.makeFolder('files');
    const content = Buffer.alloc(3 * 1024 * 1024, 'worth keeping ');
    await writeFile(path.join(folder, 'report.txt'), content);
    await device.files(['encrypt', 'report.txt'], { cwd: folder, ...trusting });

    const { access_token, cloud_token } = await device.tokens();
    const agent = new Agent({ ca: await readFile(cert), keepAlive: true });
    const post = (url: string, type: string, length: number, bearer?: string) =>
      request(url, {
        method: 'POST',
        agent,
        headers: {
          ...HEAD,
          'content-type': type,
          'content-length': length,
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        },
      });
    const keyText = await readFile(path.join(folder, 'report.txt.key'), 'utf8');
    const { resource_name } = z.object({ resource_name: z.string() }).parse(JSON.parse(keyText));
    const asked = Buffer.from(JSON.stringify({ resource_name, role: 'writer' }));
    const authorizing = post(`${urls.cloud}/authorize`, 'application/json', asked.length, cloud_token);
    const { data: given } = z
      .object({ data: z.object({ authorization: z.string() }) })
      .parse((await answerOf(await begun(authorizing), asked)).json);

    const enc = await readFile(path.join(folder, 'report.txt.enc'));
    const part = (name: string, file: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    const form = Buffer.concat([
      Buffer.from(`${part('enc_key', '')}${keyText}\r\n${part('enc_file', '; filename="f"')}`),
      enc,
      Buffer.from('\r\n--x--\r\n'),
    ]);
    const uploading = await begun(
      post(`${urls.cloud}/upload`, 'multipart/form-data; boundary=x', form.length, cloud_token),
    );
    uploading.write(form.subarray(0, 1024 * 1024));
    const wrap = Buffer.from(
      JSON.stringify({
        authentication: access_token,
        authorization: given.authorization,
        reason: '',
        key: Buffer.alloc(32, 1).toString('base64'),
      }),
    );
    const wrapping = await begun(post(`${urls.kms}/wrap`, 'application/json', wrap.length));
    wrapping.write(wrap.subarray(0, 10));

    running.signal('SIGTERM');
    await Promise.all([untilClosed(kmsPort), untilClosed(cloudPort)]);
    expect(await answerOf(wrapping, wrap.subarray(10))).toMatchObject({
      status: 200,
      json: { wrapped_key: expect.any(String) },
    });
    expect(await answerOf(uploading, form.subarray(1024 * 1024))).toMatchObject({ status: 201 });
    const answered = performance.now();
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' });
    // A client that keeps its connections is not waited for.
    expect(performance.now() - answered).toBeLessThan(30_000);
    agent.destroy();
    // Closed cleanly: nothing is left in a write-ahead log.
    const left = await Promise.all(['kms', 'cloud'].map((server) => readdir(path.join(data, server))));
    expect(left.flat().filter((name) => name.endsWith('-wal'))).toEqual([]);

    const again = workspace.start(['serve'], { environment });
    await again.says(/Stop them with Ctrl-C/);
    const { stdout } = await device.run(['list', '--json'], trusting);
    expect(stdout).toContain('report.txt');
  },
);
