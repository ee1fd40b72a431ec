/** The probes are named by their numbers, and the table at the head of `probes.test.ts` says where each is. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('./', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));
const numbers = Array.from({ length: 30 }, (_, at) => `${at + 1}`);
const wanted = [...numbers, 'R3', 'R4', 'R5', 'R6'];

/** How names of tests begin: '19. and 20. that …', 'R3: tells …'; and the two of which a loop makes names. */
const beginnings = [/['`](?:(R?\d+)\. and )?(R?\d+)[.:] /g, /\['(\d+)', '(?:always|everysec)'\]/g];

test('each of the 30 probes, and each rule, is the name of a test', () => {
  const found = texts.flatMap((text) => beginnings.flatMap((each) => [...text.matchAll(each)]));
  const named = new Set(found.flatMap(([, ...parts]) => parts));
  expect(wanted.filter((number) => !named.has(number))).toEqual([]);
});

test('each of them stands in the table', () => {
  const rows = texts.flatMap((text) => text.match(/^ \* \| [R\d, ]+\|/gm) ?? []);
  const listed = new Set(rows.flatMap((row) => row.match(/R?\d+/g) ?? []));
  expect(wanted.filter((number) => !listed.has(number))).toEqual([]);
});
