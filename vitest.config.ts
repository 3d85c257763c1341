import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // two cores are the machine this is sized for
    maxWorkers: 2,
    reporters: ['default', './test/closing-line.ts'],
  },
});
