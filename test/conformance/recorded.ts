import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Program, Trace } from './program.ts';

/** A program and what CPython did with it, with plain tasks and with eager ones; nothing where it failed itself. */
export interface Recording {
  readonly program: Program;
  readonly lazy?: Trace | undefined;
  readonly eager?: Trace | undefined;
}

export type Mode = 'lazy' | 'eager';

function pathOf(version: number): string {
  return fileURLToPath(new URL(`recorded/generator-${version}.jsonl.gz`, import.meta.url));
}

/** What `npm run conformance -- --record` wrote for a version of the generator. */
export function readRecordings(version: number): Recording[] {
  const lines = gunzipSync(readFileSync(pathOf(version)))
    .toString()
    .split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recording);
}

export function writeRecordings(version: number, recordings: readonly Recording[]): string {
  const lines = recordings.map((recording) => `${JSON.stringify(recording)}\n`);
  const path = pathOf(version);
  writeFileSync(path, gzipSync(lines.join(''), { level: 9 }));
  return path;
}
