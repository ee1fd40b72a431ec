/**
 * Types on hover, worked out when the site is built. Each name has its type once in an example: a popup for each occurrence makes pages so
 * large that the build takes minutes.
 */
import { readFileSync } from 'node:fs';
import {
  createTransformerFactory,
  rendererRich,
  type TwoslashTypesCache,
} from '@shikijs/twoslash/core';
import { createFileSystemTypesCache } from '@shikijs/vitepress-twoslash/cache-fs';
import type { ShikiTransformer } from 'shiki';
import { createTwoslasher, type TwoslashReturn } from 'twoslash';
import { root, site } from '../tools/sources.mjs';

/** What a program imports, and the declarations of it. */
const paths = Object.fromEntries(
  Object.entries(exported())
    .filter(([, { types }]) => types !== undefined)
    .map(([name, { types = '' }]) => [name.replace('.', 'skein'), [root + types.slice(2)]]),
);

function exported(): Record<string, { types?: string }> {
  return JSON.parse(readFileSync(`${root}package.json`, 'utf8')).exports;
}

const compilerOptions = {
  target: 9,
  lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'].map((name) => `lib.${name}.d.ts`),
  module: 99,
  moduleResolution: 100,
  moduleDetection: 3,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [`${root}node_modules/@types`],
  paths,
};

/** The longest type that is of use in a popup. */
const longestType = 600;

export function typesOnHover(): ShikiTransformer {
  const twoslasher = createTwoslasher({ compilerOptions });
  // The examples are type-checked by `npm run types`, with the compiler of the root.
  const options = { handbookOptions: { noErrors: true } };
  const transformer = createTransformerFactory((code: string, extension?: string) =>
    onceEach(twoslasher(code, extension, options)),
  )({
    renderer: rendererRich({ jsdoc: false, hast: { hoverToken: { tagName: 'span' } } }),
    explicitTrigger: true,
    langs: ['ts'],
    // The types of the cache are those of an older version.
    typesCache: createFileSystemTypesCache({
      dir: `${site}.cache/twoslash`,
    }) as unknown as TwoslashTypesCache,
  });
  return transformer as unknown as ShikiTransformer;
}

function onceEach(result: TwoslashReturn): TwoslashReturn {
  const seen = new Set<string>();
  const nodes = result.nodes.filter((node) => {
    if (node.type !== 'hover') return true;
    if (seen.has(node.target) || /\bany$/.test(node.text)) return false;
    seen.add(node.target);
    if (node.text.length > longestType) node.text = `${node.text.slice(0, longestType)}…`;
    return true;
  });
  return { ...result, nodes };
}
