/** `skein open <pid>` and `skein top <pid>`: a program is followed while it runs, and is as before afterwards. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask, bearer, eventsOf, tokenOf } from '../inspect/ask.ts';
import { Following } from './following.ts';
import { deadlocked, skeinIn, Target } from './target.ts';

/** Prints what is left of a command in the program, and whether an instrument is there. */
const tellsWhatIsLeft = `
  process.stdin.on('data', (text) => {
    if (!String(text).includes('left')) return;
    const keys = Object.getOwnPropertySymbols(globalThis).map((key) => key.description);
    const left = keys.filter((key) => /^skein\\.(?:record|trace)/.test(key));
    console.log('left: ' + JSON.stringify([left, globalThis[Symbol.for('skein.current/0')].hooks === undefined]));
  });
`;

test('a page follows a program by its process id: what waited before, and what happens', async () => {
  await using target = await Target.start(tellsWhatIsLeft + deadlocked);
  await using open = await Following.open(target.pid);
  const events = eventsOf(open.url);
  const { value: first } = await events.next();
  const names = first?.tasks.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['left', 'right', 'worker', 'warm-up']));
  const idOf = (name: string) => first?.tasks.find((task) => task.name === name)?.id;
  const held = first?.objects.map(({ name, held }) => [name, held?.at(-1)?.by]);
  expect(held).toContainEqual(['A', [idOf('left')]]);
  expect(held).toContainEqual(['B', [idOf('right')]]);
  const cancel = {
    method: 'POST',
    headers: { ...bearer(tokenOf(open.url)), 'Content-Type': 'application/json' },
    body: JSON.stringify({ task: idOf('left'), reason: 'to "go" on' }),
  };
  const { body } = await ask(new URL('/cancel', open.url), cancel);
  expect(JSON.parse(body.toString())).toEqual({ outcome: 'asked' });
  for await (const { tasks, marks } of events) {
    if (marks.length > 0) expect(marks[0]).toMatchObject({ text: 'to "go" on' });
    if (tasks.some(({ name, outcome }) => name === 'left' && outcome === 'cancelled')) break;
  }
  expect(await open.interrupt()).toBe(130);
  expect(await target.left()).toBe('[[],true]');
  expect(target.errors).toContain('was cancelled by the page of `skein open`');
});

test('other commands look at a program that a page follows', async () => {
  await using target = await Target.start(deadlocked);
  await using open = await Following.open(target.pid);
  const events = eventsOf(open.url);
  await events.next();
  const { code, stdout } = await skeinIn(open.folder, 'ps', target.pid, '--json');
  expect(code).toBe(0);
  expect(stdout).toContain('"left"');
  const { value } = await events.next();
  expect(value?.lost.steps).toBe(0);
  await events.return(undefined);
});

test('a page that only reads cancels nothing', async () => {
  await using target = await Target.start(deadlocked);
  await using open = await Following.open(target.pid, '--read-only');
  const cancel = {
    method: 'POST',
    headers: { ...bearer(tokenOf(open.url)), 'Content-Type': 'application/json' },
    body: '{"task":1,"reason":""}',
  };
  expect(await ask(new URL('/cancel', open.url), cancel)).toMatchObject({ status: 403 });
});

/** Reads events up to the last one, which says why there are no more. */
async function fateIn(
  url: string,
  afterFirst: () => Promise<unknown>,
): Promise<string | undefined> {
  const said: { fate?: string } = {};
  const events = eventsOf(url, said);
  await events.next();
  await afterFirst();
  for await (const _ of events);
  return said.fate;
}

/** What the command knows of the fate of a program. */
async function internals() {
  const load = (file: string) =>
    import(new URL(`../../../dist/command-line/${file}`, import.meta.url).href);
  const { NoResponseError } = await load('attach/session.js');
  const { fateOf } = await load('open/live-target.js');
  return { NoResponseError, fateOf };
}

test('a page is told what the program answers if it cannot be looked at any more', async () => {
  await using target = await Target.start(`
    process.stdin.on('data', () => {
      for (const key of Object.getOwnPropertySymbols(globalThis))
        if (key.description.startsWith('skein.record/')) delete globalThis[key];
    });
    ${deadlocked}`);
  await using open = await Following.open(target.pid);
  expect(await fateIn(open.url, () => target.held())).toMatch(
    /^event: refused\ndata: .*the program threw while it was looked at/,
  );
});

test('a program that does not respond is lost, as is one that closed its inspector, and not ended', async () => {
  const { NoResponseError, fateOf } = await internals();
  const lost = (text: string) => ({ kind: 'lost', text: expect.stringContaining(text) });
  expect(await fateOf(new NoResponseError(), process.pid)).toEqual(lost('does not respond'));
  expect(await fateOf(new Error(), process.pid)).toEqual(lost('its inspector was closed'));
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  expect(await fateOf(new Error(), child.pid as number)).toMatchObject({ kind: 'ended' });
});

test('a page is told that the program has ended, and the command ends', async () => {
  const target = await Target.start(deadlocked);
  await using open = await Following.open(target.pid);
  const ended = once(open.child, 'exit');
  expect(await fateIn(open.url, () => target[Symbol.asyncDispose]())).toBe(
    'event: ended\ndata: {"text":"The program has ended."}',
  );
  await ended;
  expect(open.child.exitCode).toBe(0);
});

test('a program with 10,000 tasks is not held up by a page that follows it', async () => {
  await using target = await Target.start(`
    import { createTask, Event, run, sleep } from 'skein';
    await run(async function main() {
      const event = new Event();
      for (let n = 0; n < 10_000; n++) createTask(event.wait(), { name: 'waiter ' + n });
      createTask(async () => { for (;;) await sleep(20); }, { name: 'ticker' });
      await sleep(20);
      console.log('ready');
      await sleep(3_600_000);
    });
  `);
  await using open = await Following.open(target.pid);
  const events = eventsOf(open.url);
  const { value: first } = await events.next();
  expect(first?.tasks.length).toBeGreaterThanOrEqual(10_000);
  await target.held();
  for (let each = 0; each < 3; each++) {
    const { value } = await events.next();
    expect(value?.tasks).toEqual([]);
  }
  // The CPU time: a build beside it holds the program up too.
  expect(await target.heldByWork()).toBeLessThan(500);
  await events.return(undefined);
});

const busy = `
  import { createTask, Lock, run, sleep } from 'skein';
  await run(async function main() {
    const lock = new Lock({ name: 'log' });
    createTask(async () => {
      for (;;) {
        const end = performance.now() + 5;
        while (performance.now() < end);
        await sleep(5);
      }
    }, { name: 'report' });
    createTask(() => lock.with(() => sleep(3_600_000)), { name: 'writer' });
    createTask(() => lock.acquire(), { name: 'reader' });
    await sleep(20);
    console.log('ready');
    await sleep(3_600_000);
  });
`;

test('skein top tells which tasks run most, and which wait for what', async () => {
  await using target = await Target.start(tellsWhatIsLeft + busy);
  const folder = mkdtempSync(join(tmpdir(), 'skein-turn-'));
  const text = await skeinIn(folder, 'top', target.pid, '--ms', '300');
  expect(text.stdout).toMatch(/^server\.mjs {2}pid \d+ {2}Node \S+ {2}loop \d+ % busy {2}4 tasks/);
  expect(text.stdout).toMatch(
    /\nTASK +BUSY +STEPS\/s +LONGEST +STATE +FOR +WAITS FOR\nreport +≤ \d+ %/,
  );
  expect(text.stdout).toMatch(/\nreader .*waiting +≥ .* +Lock 'log', held by writer/);
  const { stdout } = await skeinIn(
    folder,
    'top',
    target.pid,
    '--ms',
    '300',
    '--json',
    '--filter',
    're',
  );
  const { tasks, busy: ran, ms } = JSON.parse(stdout);
  expect(tasks.map(({ name }: { name: string }) => name)).toEqual(['report', 'reader']);
  expect(tasks[0].between).toBeGreaterThan(10);
  expect(ran).toBeLessThanOrEqual(ms);
  expect(await target.left()).toBe('[[],true]');
  rmSync(folder, { recursive: true, force: true });
});
