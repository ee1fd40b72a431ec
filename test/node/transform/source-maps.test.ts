/** The source map of a rewritten file: each word of it is found where it was written. */
import {
  generatedPositionFor,
  originalPositionFor,
  type SourceMapInput,
  TraceMap,
} from '@jridgewell/trace-mapping';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import type { SourceMap } from '../../../src/transform/edits.ts';
import { decodeMappings, encodeMappings } from '../../../src/transform/mappings.ts';
import { rewrite } from '../../../src/transform/rewrite.ts';

interface Word {
  readonly word: string;
  readonly line: number;
  readonly column: number;
}

/** The words of a program, but those in strings. */
function wordsOf(code: string): Word[] {
  const withoutStrings = code.replace(/'[^'\n]*'/g, (text) => ' '.repeat(text.length));
  return withoutStrings.split('\n').flatMap((text, line) =>
    [...text.matchAll(/\w+/g)].map(({ 0: word, index }) => ({
      word,
      line: line + 1,
      column: index,
    })),
  );
}

/** The words but those of the transform. */
function ownWordsOf(code: string): Word[] {
  const isOwn = ({ word }: Word) =>
    !/^(?:__skein_\w+|wrap|steps|disposal|as|from|skein|transform|awaits|import|const)$/.test(word);
  return wordsOf(code).filter(isOwn);
}

/** Looks each word of the original up in the map; returns those that are not where the map says that they went. */
function misplaced(code: string, map: SourceMap, original: string): Word[] {
  const traced = new TraceMap(map as SourceMapInput);
  const lines = code.split('\n');
  return wordsOf(original).filter(({ word, line, column }) => {
    const place = { line, column, source: map.sources[0] as string };
    const to = generatedPositionFor(traced, place);
    const found = lines[(to.line ?? 0) - 1]?.slice(to.column ?? 0).match(/^\w+/)?.[0];
    return found !== word;
  });
}

const program = `'use strict';
import { run, sleep } from 'skein';
/* a comment; */ const first = await sleep(1), second = await (first, sleep(2));
export async function work(urls) {
  for await (const url of urls.filter((each) => each !== second)) await fetch(url); await last(url);
  for await (const { a = await first } of second) {
    label: for (await using resource = await open(a), other = close(a); resource.is; other.next()) {
      continue label; }
  }
  await using one = await open(), two = close(); return { one, two };
}
async function* items() { yield first; yield* second; return third; }
`;

describe('the map of a rewritten file', () => {
  test('names each word where it was', () => {
    const { code, map } = rewrite(program, '/app/main.js', false) as {
      code: string;
      map: SourceMap;
    };
    // `await using` becomes something else, and a label is moved; of comments there is no map.
    const gone = misplaced(code, map, program).map(({ word, line }) => `${line}: ${word}`);
    expect(gone).toEqual([
      '3: a',
      '3: comment',
      ...['7: label', '7: for', '7: await', '7: using'],
      ...['10: await', '10: using'],
    ]);
    expect(map.sources).toEqual(['/app/main.js']);
    expect(map.sourcesContent).toEqual([program]);
  });

  test('leaves each line where it was', () => {
    const { code } = rewrite(program, 'main.js', false) as { code: string };
    const withoutHelpers = code.split('\n').map((line) => line.replace(/\b__skein_\w+/g, ''));
    expect(withoutHelpers).toHaveLength(program.split('\n').length);
  });

  test('leads to what was compiled before', async () => {
    const typed = `import { run, type Task } from 'skein';

interface Options { readonly url: string }
// a comment
export async function load<T>({ url }: Options): Promise<T> {

  const response = (await fetch(url)) as Response; const parsed: T = await response.json();
  return parsed;
}
export const task = run(load<string>);
`;
    const compiled = await transform(typed, {
      loader: 'ts',
      sourcemap: 'external',
      sourcefile: 'a.ts',
    });
    const before = JSON.parse(compiled.map) as SourceMap;
    const { code, map } = rewrite(compiled.code, 'a.ts', false, before) as {
      code: string;
      map: SourceMap;
    };
    expect(code).not.toContain('interface');
    const [from, to] = [
      new TraceMap(before as SourceMapInput),
      new TraceMap(map as SourceMapInput),
    ];
    const [compiledWords, words] = [compiled.code, code].map(ownWordsOf) as [Word[], Word[]];
    expect(words.map(({ word }) => word)).toEqual(compiledWords.map(({ word }) => word));
    expect(words.map((word) => originalPositionFor(to, word))).toEqual(
      compiledWords.map((word) => originalPositionFor(from, word)),
    );
    expect(map.sources).toEqual(['a.ts']);
    expect(map.sourcesContent).toEqual([typed]);
  });

  test('is right in a file with other line ends, tabs and signs of two units', () => {
    const code = "import 'skein';\r\n\tlog('🙂', await x, y);\r\n\r\nawait z;";
    const result = rewrite(code, 'a.js', false) as { code: string; map: SourceMap };
    expect(misplaced(result.code, result.map, code)).toEqual([]);
  });
});

test('mappings are read and written', async () => {
  const code = Array.from(
    { length: 99 },
    (_, i) => `function long_${i}(argument) { return argument; }`,
  );
  const { map } = await transform(code.join('\n'), { minify: true, sourcemap: 'external' });
  const { mappings } = JSON.parse(map) as SourceMap;
  expect(encodeMappings(decodeMappings(mappings))).toBe(mappings);
  expect(decodeMappings('')).toEqual([[]]);
  expect(decodeMappings('AAAA,D;;gC')).toEqual([[[0, 0, 0, 0], [-1]], [], [[32]]]);
});
