import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions } from 'vite';

const at = (...steps: string[]) => path.join(import.meta.dirname, ...steps);

/** What cannot be in a bundle: Electron itself, and addons that Node loads from node_modules. */
const EXTERNAL = ['electron', '@node-rs/argon2'];

/** A bundle for Node or Electron, with everything in it that can be. */
function serverSide(
  out: string,
  input: Record<string, string>,
  output: { format: 'es' | 'cjs'; entryFileNames: string; chunkFileNames?: string; codeSplitting?: false },
): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: EXTERNAL },
    build: {
      ssr: true,
      outDir: at('out', out),
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: true,
      rolldownOptions: { input, external: [/^node:/, 'electron'], output },
    },
  };
}

/** A bundle for a page. */
function pageSide(out: string, input: string, entryFileNames: string): EnvironmentOptions {
  return {
    build: {
      outDir: at('out', out),
      emptyOutDir: true,
      rolldownOptions: { input, output: { entryFileNames } },
    },
  };
}

const ES = { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' } as const;

/** One command builds all: the page, what carries the bridge in a browser, Node's side, Electron's main and preload. */
export default defineConfig({
  root: at('renderer'),
  base: './',
  plugins: [react()],
  environments: {
    client: pageSide('renderer', at('renderer', 'index.html'), 'assets/[name]-[hash].js'),
    carrier: pageSide('carrier', at('browser', 'page', 'carrier.ts'), 'carrier.js'),
    node: serverSide(
      'node',
      {
        sealkeep: at('cli', 'main.ts'),
        'browser-shell': at('browser', 'main.ts'),
        'segment-worker': at('agent', 'engine', 'segment-worker.ts'),
        'server-worker': at('server', 'embedded', 'server-worker.ts'),
      },
      ES,
    ),
    electron: serverSide(
      'electron',
      {
        main: at('electron', 'main.ts'),
        'segment-worker': at('agent', 'engine', 'segment-worker.ts'),
        'server-worker': at('server', 'embedded', 'server-worker.ts'),
      },
      ES,
    ),
    preload: serverSide(
      'preload',
      { preload: at('electron', 'preload.ts') },
      { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    ),
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['client', 'carrier', 'node', 'electron', 'preload']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
