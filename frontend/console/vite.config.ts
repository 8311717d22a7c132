import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

import { compress } from '../shared/compress.ts'

const BERTH = process.env.BERTH_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/',
  plugins: [react(), compress()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    license: { fileName: 'licenses.md' },
  },
  // `npm run dev` beside a running server. The host stays as the browser says it, so that the origin is the page's own.
  server: {
    proxy: {
      '/graphql': { target: BERTH, ws: true },
      '/graphiql': { target: BERTH },
      '/api': { target: BERTH },
      '/schema.graphql': { target: BERTH },
    },
  },
})
