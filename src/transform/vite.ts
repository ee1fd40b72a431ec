import type { SourceMap } from './edits.ts';
import type { Choose } from './options.ts';
import { awaits, type Rewritten, rewriteChosen } from './rewrite.ts';
import { refuseLowering } from './targets.ts';

/** The parts of a configuration of Vite that may lower `await`. */
interface ViteConfig {
  readonly command: 'build' | 'serve';
  readonly build: { readonly target: unknown };
  readonly oxc?: false | { readonly target?: unknown };
  readonly esbuild?: false | { readonly target?: unknown };
  readonly plugins: readonly { readonly name: string }[];
  readonly logger: { warn(message: string): void };
}

/** What Vite has for plugins, as far as it is needed here: from version 8 on by oxc, before by esbuild. */
interface Vite {
  transformWithOxc?(code: string, id: string, options: object): Promise<Compiled>;
  transformWithEsbuild?(code: string, id: string, options: object): Promise<Compiled>;
}

interface Compiled {
  readonly code: string;
  readonly map: SourceMap;
}

/** The hooks of the transform that only Vite has. */
interface ViteHooks {
  config(): { optimizeDeps: { include: string[] } };
  configResolved(config: ViteConfig): void;
  transform(code: string, id: string): Promise<Rewritten | undefined>;
}

/** Vite lowers `await using` in what it has bundled, and the helpers for that lose the task: so it is lowered before. */
async function lowerUsing(code: string, id: string): Promise<Compiled> {
  const vite = (await import('vite')) as unknown as Vite;
  if (vite.transformWithOxc !== undefined) {
    const options = { lang: 'js', sourceType: 'module', target: 'es2025', sourcemap: true };
    return await vite.transformWithOxc(code, id, options);
  }
  const options = { loader: 'js', target: 'esnext', supported: { using: false }, sourcemap: true };
  return (await vite.transformWithEsbuild?.(code, id, options)) as Compiled;
}

export function inVite(choose: Choose): ViteHooks {
  let lowersUsing = false;
  return {
    // Else Vite finds the module with the first file that was rewritten, and loads the page anew.
    config: () => ({ optimizeDeps: { include: [awaits] } }),

    configResolved(config) {
      if (config.command === 'build') {
        refuseLowering('build.target', config.build.target);
        lowersUsing = ![false, 'esnext'].includes(config.build.target as string);
      }
      if (config.oxc) refuseLowering('oxc.target', config.oxc.target);
      if (config.esbuild) refuseLowering('esbuild.target', config.esbuild.target);
      if (config.plugins.some(({ name }) => name.startsWith('vite:legacy'))) {
        config.logger.warn(
          '`skein/transform` expected a build that keeps `await`, but @vitejs/plugin-legacy makes a second one, where it is lowered: in browsers that load that one, a function is not cancelled after it has awaited a promise of the host.',
        );
      }
    },

    async transform(code, id) {
      const isLowered = lowersUsing && /\bawait\s+using\b/.test(code);
      if (!isLowered || rewriteChosen(choose, code, id) === undefined)
        return rewriteChosen(choose, code, id);
      const lowered = await lowerUsing(code, id);
      return rewriteChosen(choose, lowered.code, id, lowered.map);
    },
  };
}
