import type { Plugin } from 'vite';

/**
 * Vitest has each `import()` that a browser loads go through a function of its page, which workers have not: this gives them
 * one.
 */
export function vitestInWorkers(): Plugin {
  const prelude =
    'globalThis.__vitest_browser_runner__ ??= { wrapDynamicImport: (load) => load() };';
  return {
    name: 'skein:vitest-in-workers',
    transform(code, id) {
      return id.includes('/executors/lines/web-worker/web-worker-main.')
        ? `${prelude}\n${code}`
        : undefined;
    },
  };
}
