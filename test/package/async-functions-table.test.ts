/**
 * The guide says what async functions can do in which host. Its table is made of the scenarios that run there:
 * `SKEIN_WRITE_TABLE=1 npx vitest run --project package test/package/async-functions-table.test.ts` writes it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { expect, test } from 'vitest';
import { scenarios } from '../unit/async-functions/scenarios.ts';
import { tableOf } from '../unit/async-functions/table.ts';

const guide = new URL('../../docs/guides/async-functions.md', import.meta.url);
const [begin, end] = ['<!-- table: begin -->\n\n', '\n\n<!-- table: end -->'];

test('the table of hosts in the guide is that of the scenarios', () => {
  const text = readFileSync(guide, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  const table = tableOf(scenarios);
  if (process.env['SKEIN_WRITE_TABLE'] === '1') {
    writeFileSync(guide, text.slice(0, from) + table + text.slice(to));
  } else {
    expect(text.slice(from, to)).toBe(table);
  }
});
