/** The transform in esbuild, which gives its plugins files as they are written: types and JSX are removed here, by esbuild itself. */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { BuildFailure, BuildOptions, Loader, OnLoadResult, PluginBuild } from 'esbuild';
import type { SourceMap } from './edits.ts';
import type { Choose } from './options.ts';
import { mayImportSkein, rewrite } from './rewrite.ts';
import { refuseLowering } from './targets.ts';

const loaders: Readonly<Record<string, Loader>> = {
  '.js': 'js',
  '.mjs': 'js',
  '.cjs': 'js',
  '.jsx': 'jsx',
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
};

export function setUpEsbuild(build: PluginBuild, choose: Choose): void {
  const options = build.initialOptions;
  refuseLowering('target', options.target);
  for (const feature of ['async-await', 'async-generator']) {
    if (options.supported?.[feature] !== false) continue;
    throw new Error(
      `\`skein/transform\` expected \`supported\` to keep \`await\`, but got \`'${feature}': false\`. Leave that out.`,
    );
  }
  // Other namespaces are those of other plugins: what they name need not be a file.
  build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: 'file' }, async (file) => {
    const { path } = file;
    const choice = choose(path);
    // A file is imported as a text or as bytes by an attribute.
    if (choice === 'left alone' || Object.keys(file.with).length > 0) return undefined;
    const code = await readFile(path, 'utf8');
    const isIncluded = choice === 'always';
    if (!isIncluded && !mayImportSkein(code)) return undefined;
    const loader = loaderOf(path, options.loader);
    if (loader === undefined || !['js', 'jsx', 'ts', 'tsx'].includes(loader)) return undefined;
    try {
      return await load(build, path, loader, isIncluded);
    } catch (error) {
      const { errors } = error as Partial<BuildFailure>;
      // The errors of the file, each with its place, in place of one that has them all in its message.
      if (errors !== undefined) return { errors };
      throw error;
    }
  });
}

/** The loader of a file is that of its longest end that has one: `.worker.js` before `.js`. */
function loaderOf(path: string, given: BuildOptions['loader']): Loader | undefined {
  const name = basename(path);
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const end = name.slice(dot);
    const loader = given?.[end] ?? loaders[end];
    if (loader !== undefined) return loader;
  }
  return undefined;
}

async function load(
  build: PluginBuild,
  path: string,
  loader: Loader,
  isIncluded: boolean,
): Promise<OnLoadResult | undefined> {
  const compiled = await compile(build, path, loader);
  const rewritten = rewrite(compiled.code, path, isIncluded, compiled.map);
  if (rewritten === undefined) return undefined;
  const map = Buffer.from(JSON.stringify(rewritten.map)).toString('base64');
  return {
    contents: `${rewritten.code}\n//# sourceMappingURL=data:application/json;base64,${map}`,
    loader: 'js',
    resolveDir: dirname(path),
  };
}

/** The options of a build that say how types, JSX and new syntax are written in JavaScript. */
const ofSyntax = [
  'absWorkingDir',
  'jsx',
  'jsxDev',
  'jsxFactory',
  'jsxFragment',
  'jsxImportSource',
  'jsxSideEffects',
  'target',
  'tsconfig',
  'tsconfigRaw',
] as const satisfies (keyof BuildOptions)[];

async function compile(
  build: PluginBuild,
  path: string,
  loader: Loader,
): Promise<{ code: string; map: SourceMap }> {
  const options = build.initialOptions;
  const given = ofSyntax.flatMap((name) =>
    options[name] === undefined ? [] : [[name, options[name]]],
  );
  const { outputFiles } = await build.esbuild.build({
    ...(Object.fromEntries(given) as BuildOptions),
    bundle: false,
    charset: 'utf8',
    // Given as a file, so that esbuild finds the tsconfig.json that belongs to it.
    entryPoints: [path],
    loader: { [path.slice(path.lastIndexOf('.'))]: loader },
    logLevel: 'silent',
    outfile: `${path}.js`,
    sourcemap: 'external',
    // acorn has no decorators.
    supported: { ...options.supported, decorators: false },
    write: false,
  });
  const [map, result] = ['.map', '.js'].map(
    (end) => outputFiles?.find((file) => file.path.endsWith(end))?.text ?? '',
  );
  // Its sources are relative to the folder of the file, as are those of the map that esbuild is given in the file.
  return { code: result as string, map: JSON.parse(map as string) as SourceMap };
}
