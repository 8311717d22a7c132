import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

import { compress } from '../common/compress.ts'

// Only built, never served by Vite: GraphiQL's workers end its development server. See `just frontend`.
export default defineConfig({
  base: '/graphiql/',
  plugins: [react(), compress()],
  build: {
    outDir: '../dist/graphiql',
    emptyOutDir: true,
    target: 'es2022',
    // Monaco is one thing of 3 MB, whatever one does.
    chunkSizeWarningLimit: 8_000,
    // GraphiQL's notes to React's compiler, which ran before it was published.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    license: { fileName: 'licenses.md' },
  },
})
