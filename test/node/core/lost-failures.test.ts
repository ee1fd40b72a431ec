/** Failures that nothing retrieves, in programs of their own: when they are told, and with which exit code programs end. */
import { describe, expect, test } from 'vitest';
import { program } from './program.ts';

const imports = `import { createTask, EventLoop, run, sleep } from 'skein';
  // Timer by timer: on a slow machine one long timer may be due together with those of the library.
  const idle = async () => { for (let i = 0; i < 12; i++) await new Promise((resolve) => setTimeout(resolve, 8)); };
  const lose = (ms = 1) => createTask(async () => { await sleep(ms); throw new RangeError('boom'); });`;
const told = 'Task exception was never retrieved';
const count = (text: string, part: string) => text.split(part).length - 1;

interface Expected {
  code: number;
  /** How often the failure is told. */
  reports: number;
  /** The lines that the program prints. */
  prints?: string[];
}

describe.concurrent('a program that loses a failure', () => {
  test.for<[string, string, Expected]>([
    [
      'is told while it goes on, is not ended, and has the exit code 1',
      `console.error = (text) => console.log(text.split('\\n')[0]);
      lose();
      await idle();
      console.log('goes on');`,
      { code: 1, reports: 0, prints: [told, 'goes on'] },
    ],
    [
      'has the exit code 1 if its last line loses it',
      'lose(0); await sleep(1); process.exit();',
      { code: 1, reports: 1 },
    ],
    [
      'has the exit code 1 after run(), too',
      'await run(async () => { lose(); await idle(); }); console.log(process.exitCode);',
      { code: 1, reports: 1, prints: ['undefined'] },
    ],
    [
      'has the exit code 0 if it reads the failure later',
      'const task = lose(); await idle(); await task.then(null, () => {});',
      { code: 0, reports: 1 },
    ],
    [
      'has the exit code 0 if it reads the failure when nothing else is left to do',
      "const task = lose(); process.once('beforeExit', () => task.exception());",
      { code: 0, reports: 1 },
    ],
    [
      'has the exit code 1 if it reads only one of two',
      'const [a] = [lose(), lose()]; await idle(); a.exception();',
      { code: 1, reports: 2 },
    ],
    [
      'keeps an exit code that it sets before',
      'process.exitCode = 3; lose(); await idle();',
      { code: 3, reports: 1 },
    ],
    [
      'keeps an exit code that it sets after',
      'lose(); await idle(); process.exitCode = 0;',
      { code: 0, reports: 1 },
    ],
    [
      'keeps the code that it gives to process.exit()',
      'lose(); await idle(); process.exit(0);',
      { code: 0, reports: 1 },
    ],
    [
      "has the exit code 0 with 'report'",
      "await run(async () => { lose(); await idle(); }, { unretrieved: 'report' });",
      { code: 0, reports: 1 },
    ],
    [
      "is told nothing with 'ignore'",
      "await run(async () => { lose(); await idle(); }, { unretrieved: 'ignore' });",
      { code: 0, reports: 0 },
    ],
    [
      "has an unhandled rejection with 'throw'",
      `process.on('unhandledRejection', (reason) => console.log(reason.message));
      await run(async () => { lose(); await idle(); console.log('goes on'); }, { unretrieved: 'throw' });`,
      { code: 0, reports: 0, prints: ['boom', 'goes on'] },
    ],
    [
      "is ended by the host with 'throw', if it does not listen to that",
      "await run(async () => { lose(); await idle(); console.log('goes on'); }, { unretrieved: 'throw' });",
      { code: 1, reports: 0, prints: [] },
    ],
    [
      "has the exit code 1 with 'throw' if its last line loses it: nothing can be thrown any more",
      "const loop = createTask(sleep(1)).getLoop(); loop.unretrieved = 'throw'; lose(0); await sleep(1); process.exit();",
      { code: 1, reports: 1 },
    ],
    [
      'has the exit code 1 though `signal-exit` listens',
      "import { onExit } from 'signal-exit'; onExit(() => {}); lose(); await idle();",
      { code: 1, reports: 1 },
    ],
  ])('%s', async ([, code, expected]) => {
    const ended = await program(`${imports}\n${code}`);
    const prints = ended.stdout === '' ? [] : ended.stdout.split('\n');
    expect({ code: ended.code, reports: count(ended.stderr, told), prints }).toEqual({
      prints: [],
      ...expected,
    });
  });
});
