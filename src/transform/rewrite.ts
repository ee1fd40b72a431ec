/**
 * Rewrites a file so that the task of an async function is known after each `await` (decision 26).
 *
 *     await x                            await wrap(x)
 *     for await (const x of y)           for await (const x of steps(y))
 *     await using x = y;                 const x = y; await using resource = disposal(x);
 *
 * In async generators the language awaits more than what is written:
 *
 *     yield x                            yield await wrap(x)
 *     yield* x                           yield* steps(x)
 *     return x                           return wrap(x)
 */
import type { AnyNode } from 'acorn';
import { Editor, type Place } from './editor.ts';
import { Edits, type SourceMap } from './edits.ts';
import type { Choose } from './options.ts';
import { childrenOf, type ParsedFile, parseFile } from './parse-file.ts';
import { importedBy, kindBy, loweredBy } from './read-file.ts';

/** The module that rewritten files import. */
export const awaits = 'skein/transform/awaits';

/** What a file must have to be looked at: one of the words, or a function that has replaced them. */
const words = /await|async|yield/i;

/** What a file that imports skein has in it. Few others have. */
const specifier = /['"`]skein(?:\/[^'"`\n]*)?['"`]/;

/** Tells at a glance whether a file can be one that imports skein. */
export function mayImportSkein(code: string): boolean {
  return specifier.test(code);
}

export interface Rewritten {
  code: string;
  map: SourceMap;
}

/**
 * Returns the file as it is to be; undefined if there is nothing to rewrite.
 *
 * @param id - The name of the file.
 * @param isIncluded - True to rewrite it even if it does not import skein.
 * @param map - The source map of `code`, if it was compiled from something.
 * @throws SyntaxError if `code` cannot be parsed; Error if its `await`s have been lowered.
 */
export function rewrite(
  code: string,
  id: string,
  isIncluded: boolean,
  map?: SourceMap,
): Rewritten | undefined {
  if (!(isIncluded || mayImportSkein(code)) || !words.test(code)) return undefined;
  const file = parseFile(code, id);
  const { places, imports, lowered, kinds } = readAll(file);
  const isOfSkein = imports.some((name) => /^skein(?:\/|$)/.test(name));
  if (!(isIncluded || isOfSkein) || imports.includes(awaits)) return undefined;
  if (lowered !== undefined) throw awaitsAreLowered(id, lowered);
  const edits = new Edits(
    code,
    file.tokens.map(({ start }) => start),
  );
  const editor = new Editor(file, edits);
  for (const place of places) editor.edit(place);
  if (edits.isEmpty) return undefined;
  editor.addImport(awaits, isModule(file, id, kinds));
  return edits.apply(id, map);
}

/** True if the file may be given an `import`; false if it is CommonJS, and needs a `require()`. */
function isModule({ isScript }: ParsedFile, id: string, kinds: Contents['kinds']): boolean {
  const end = /\.([cm])[jt]sx?(?:[?#]|$)/.exec(id)?.[1];
  if (isScript || end !== undefined) return !isScript && end !== 'c';
  return kinds.has('module') || !kinds.has('commonjs');
}

/** Rewrites the file if it is chosen. */
export function rewriteChosen(
  choose: Choose,
  code: string,
  id: string,
  map?: SourceMap,
): Rewritten | undefined {
  const choice = choose(id);
  return choice === 'left alone' ? undefined : rewrite(code, id, choice === 'always', map);
}

function awaitsAreLowered(id: string, by: string): Error {
  return new Error(
    `\`skein/transform\` expected a file with \`await\`, but got ${id}, where a compiler has replaced it by \`${by}()\`. Let the compiler write ES2018 or later ("target" in tsconfig.json, \`env.targets\` of swc, \`targets\` of @babel/preset-env), or name the file in \`exclude\`.`,
  );
}

interface Contents {
  /** All nodes, each before those within. */
  readonly places: Place[];
  readonly imports: string[];
  readonly lowered: string | undefined;
  /** What tells whether the file is a module. */
  readonly kinds: ReadonlySet<ReturnType<typeof kindBy>>;
}

/** Walks through all nodes, without recursion: code that was generated may be very deep. */
function readAll({ program }: ParsedFile): Contents {
  const places: Place[] = [];
  const imports: string[] = [];
  const kinds = new Set<ReturnType<typeof kindBy>>();
  let lowered: string | undefined;
  const left: Place[] = [
    { node: program, parent: undefined, inFunction: false, inAsyncGenerator: false },
  ];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    places.push(place);
    const { node } = place;
    const imported = importedBy(node);
    if (imported !== undefined) imports.push(imported);
    lowered ??= loweredBy(node);
    kinds.add(kindBy(node, !place.inFunction));
    const inFunction = place.inFunction || isFunction(node);
    const inAsyncGenerator = isFunction(node)
      ? node.async && node.generator
      : place.inAsyncGenerator;
    for (const child of childrenOf(node).reverse()) {
      left.push({ node: child, parent: place, inFunction, inAsyncGenerator });
    }
  }
  return { places, imports, lowered, kinds };
}

function isFunction(node: AnyNode): node is AnyNode & { async: boolean; generator: boolean } {
  return /Function/.test(node.type);
}
