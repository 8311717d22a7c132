import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

import { compress } from '../common/compress.ts'

const BERTH = process.env.BERTH_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/',
  plugins: [react(), compress()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    license: { fileName: 'licenses.md' },
    // Its size has a test of its own.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: {
      output: {
        // What screens share comes in few files: over plain HTTP a browser fetches six at a time. Charts are large, and of few screens.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], priority: 2 },
            { name: 'parts', test: /node_modules\/(?!uplot)/, minShareCount: 3, priority: 1 },
            { name: 'shared', test: /\/frontend\/console\/(?!ui\/chart)/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  // Named, so that none is found late and loads the page anew.
  optimizeDeps: {
    include: [
      'react',
      'react-dom/client',
      'react/jsx-dev-runtime',
      '@mantine/core',
      '@mantine/form',
      '@mantine/hooks',
      '@mantine/modals',
      '@mantine/notifications',
      '@mantine/spotlight',
      '@tabler/icons-react',
      '@tanstack/react-router',
      '@tanstack/react-virtual',
      '@urql/core',
      'gql.tada',
      'graphql-ws',
      'uplot',
    ],
  },
  // `npm run dev` beside a running server. The host stays as the browser says it, so that the origin is the page's own.
  server: {
    proxy: {
      // Not the folder of that name.
      '^/graphql$': { target: BERTH, ws: true },
      '/graphiql': { target: BERTH },
      '/api': { target: BERTH },
      '/schema.graphql': { target: BERTH },
    },
  },
})
