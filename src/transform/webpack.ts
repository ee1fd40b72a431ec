/** The transform in webpack and Rspack: a loader that comes after all others. */
import { fileURLToPath } from 'node:url';
import type { Choose } from './options.ts';

/** What webpack and Rspack have in common, as far as it is needed here. */
interface Compiler {
  readonly options: { readonly module: { readonly rules: unknown[] } };
}

/** What the loader is given. */
export interface LoaderOptions {
  readonly choose: Choose;
}

const loader = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './loader.ts' : './loader.js', import.meta.url),
);

/** @param key - Names the options: what a cache holds of a build with other ones is not used. */
export function addLoader(compiler: Compiler, choose: Choose, key: string): void {
  const options: LoaderOptions = { choose };
  compiler.options.module.rules.unshift({
    enforce: 'post',
    resource: (path: string) => choose(path) !== 'left alone',
    use: [{ loader, ident: `skein-transform-${key}`, options }],
  });
}
