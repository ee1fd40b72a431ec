/**
 * Runs stored schedules again, in a process of its own. Reads from its standard input, as JSON, the names of the bugs and their
 * schedules; writes what each explanation tells.
 */
import { readFileSync } from 'node:fs';
import { bugs } from '../../test/unit/testing/explore/bugs.ts';
import { failureOf } from './bugs.ts';
import { type Stored, told } from './stored.ts';

const stored = JSON.parse(readFileSync(0, 'utf8')) as Stored[];
const all = stored.map(({ name, replay }) => {
  const bug = bugs.find((each) => each.name === name);
  return bug === undefined ? 'no such bug' : told(failureOf(bug, { replay }));
});
process.stdout.write(JSON.stringify(all));
