import { defineConfig } from 'vite';

/** Everything that runs in Node is one environment: entries share chunks, and stay beside each other in out/node. */
export default defineConfig({
  environments: {
    node: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['@node-rs/argon2'] },
      build: {
        ssr: true,
        outDir: 'out/node',
        emptyOutDir: true,
        target: 'node24',
        minify: false,
        sourcemap: true,
        rolldownOptions: {
          input: {
            sealkeep: 'cli/main.ts',
            'segment-worker': 'agent/engine/segment-worker.ts',
            'server-worker': 'server/embedded/server-worker.ts',
          },
          external: [/^node:/],
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      const node = builder.environments['node'];
      if (node) await builder.build(node);
    },
  },
});
