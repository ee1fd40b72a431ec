/**
 * Runs the sections of the tutorial one after the other; `npm start -- 2 5` runs those of these numbers. `npm start -- --record tutorial.skein`
 * writes into a file what all tasks did.
 */
import { parseArgs } from 'node:util';
import { recordTasks, writeRecording } from 'skein/inspect';
import * as tasks from './1-tasks.ts';
import * as managingMany from './2-managing-many.ts';
import * as doneCallbacks from './3-done-callbacks.ts';
import * as futures from './4-futures.ts';
import * as blockingWork from './5-blocking-work.ts';
import * as errors from './6-errors.ts';
import * as applications from './7-applications.ts';
import * as manyMachines from './8-many-machines.ts';
import { perform } from './stage.ts';
import type { Ending, Track } from './trace.ts';

const all = [
  tasks,
  managingMany,
  doneCallbacks,
  futures,
  blockingWork,
  errors,
  applications,
  manyMachines,
];
const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'string' } },
});
const sections = all.filter(({ title }) => wanted.length === 0 || wanted.includes(title.charAt(0)));

if (sections.length === 0) {
  console.error(`There is no section ${wanted.join(' ')}. Write, say, \`npm start -- 2 5\`.`);
  process.exit(1);
}

function row(title: string, tracks: readonly Track[], ms: number): string {
  const count = (ending: Ending): string =>
    String(tracks.filter((track) => track.ending === ending).length).padStart(3);
  const seconds = (ms / 1000).toFixed(1).padStart(5);
  return `${title.padEnd(20)} ${count('done')} ✓ done ${count('failed')} ✗ failed ${count('cancelled')} ⊘ cancelled ${seconds} s`;
}

const recorder = values.record === undefined ? undefined : recordTasks({ steps: 2 ** 20 });

const rows: string[] = [];
const tracks: Track[] = [];
let ms = 0;
for (const section of sections) {
  const trace = await perform(section);
  rows.push(row(section.title, trace.tracks, trace.length));
  tracks.push(...trace.tracks);
  ms += trace.length;
}
console.log(`── Summary ${'─'.repeat(50)}\n`);
for (const line of [...rows, row('All', tracks, ms)]) console.log(line);
console.log('\nAll of it as intended: the failures and cancellations are part of the lesson.');
console.log('Each section runs alone too: npx tsx examples/tutorial/1-tasks.ts');

if (values.record !== undefined) {
  recorder?.stop();
  const { tasks, steps, file } = writeRecording(values.record, recorder?.take());
  console.log(`\nWrote ${tasks} tasks and ${steps} steps to ${file}.`);
  console.log(
    'Look at it: npx skein trace',
    file,
    '--out trace.json, and open that at https://ui.perfetto.dev',
  );
}
