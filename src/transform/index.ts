/** The entry `skein/transform`: a plugin for bundlers. It runs where programs are built, and needs the package `unplugin`. */
import { createUnplugin, type UnpluginInstance } from 'unplugin';
import { setUpEsbuild } from './esbuild.ts';
import { readOptions, type TransformOptions } from './options.ts';
import { type Rewritten, rewriteChosen } from './rewrite.ts';
import { inVite } from './vite.ts';
import { addLoader } from './webpack.ts';

export type { FilePattern, TransformOptions } from './options.ts';

/** The plugins, one for each bundler. */
export type Transform = Pick<
  UnpluginInstance<TransformOptions | undefined, false>,
  'vite' | 'rollup' | 'webpack' | 'rspack' | 'esbuild'
>;

/**
 * Makes cancellation of async functions whole where the host has no async context, as in browsers: it rewrites `await x` to
 * `await wrap(x)`, so that the task is known after every `await`, also after one of `fetch()`.
 *
 * It rewrites the files that import skein, and those that match `include`; nothing in `node_modules` but what matches
 * `include`. `for await`, `await using`, and what async generators await are rewritten too. The target of the build has to
 * keep `await`: ES2018 or later.
 *
 * @throws TypeError for an option that is not known or not of its type; the build fails with an Error if `await` is lowered, and
 *   with a SyntaxError for a file that is not JavaScript after all other plugins.
 *
 * @example
 * ```ts no-run
 * // vite.config.ts
 * import { transform } from 'skein/transform';
 * import { defineConfig } from 'vite';
 *
 * export default defineConfig({ plugins: [transform.vite()] });
 * ```
 */
export const transform: Transform = createUnplugin<TransformOptions | undefined, false>(
  (options, meta) => {
    const choose = readOptions(options);
    const name = 'skein-transform';
    if (meta.framework === 'esbuild') {
      return { name, esbuild: { setup: (build) => setUpEsbuild(build, choose) } };
    }
    if (meta.framework === 'webpack' || meta.framework === 'rspack') {
      const key = Buffer.from(String([options?.include, '', options?.exclude])).toString('hex');
      return {
        name,
        webpack: (compiler) => addLoader(compiler, choose, key),
        rspack: (compiler) => addLoader(compiler, choose, key),
      };
    }
    const handler = (code: string, id: string): Rewritten | undefined =>
      rewriteChosen(choose, code, id);
    return {
      name,
      enforce: 'post',
      transform: handler,
      rollup: { transform: { order: 'post', handler } },
      vite: inVite(choose),
    };
  },
);
