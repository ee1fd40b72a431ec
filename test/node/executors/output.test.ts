/** What jobs write to the console, and when. */
import { spawn } from 'node:child_process';
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { describe, expect, test } from 'vitest';
import { run } from './program.ts';

const numbers = Array.from({ length: 300 }, (_, n) => String(n));

describe.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'])(
  'what the jobs of a %s print',
  (kind) => {
    const start = `import { ${kind} } from 'skein/executors';
    const pool = new ${kind}({ maxWorkers: 1 });`;

    test.each([
      ['a function', '() => { for (let n = 0; n < 300; n++) console.log(n); }'],
      [
        'an async function',
        'async () => { for (let n = 0; n < 300; n++) { console.log(n); await undefined; } }',
      ],
      [
        'a function that fails',
        "() => { for (let n = 0; n < 300; n++) console.log(n); throw new Error('on purpose'); }",
      ],
    ])('is there before the future of %s is done', async (_, job) => {
      const { lines } = await run(`${start} await pool.submit(${job}).then(() => {}, () => {});`);
      expect(lines).toEqual(numbers);
      const exits = await run(
        `${start} await pool.submit(${job}).then(() => {}, () => {}); process.exit();`,
      );
      expect(exits.lines).toEqual(numbers);
    });

    test('is there before the last item of a stream', async () => {
      const { lines } = await run(`${start}
      for await (const _ of pool.stream(function* () { for (let n = 0; n < 300; n++) { console.log(n); yield n; } }));
      process.exit();`);
      expect(lines).toEqual(numbers);
    });

    test('is there in the order of the jobs', async () => {
      const { lines } = await run(`${start}
      const jobs = Array.from({ length: 300 }, (_, n) => pool.submit((n) => console.log(n), n));
      await Promise.all(jobs);
      process.exit();`);
      expect(lines).toEqual(numbers);
    });

    test('is there when its reader is slow', async () => {
      const child = spawn(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `${start} await pool.submit(() => { for (let n = 0; n < 300; n++) console.log(String(n).padEnd(4000)); });`,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let output = '';
      await new Promise((resolve) => setTimeout(resolve, 500));
      for await (const chunk of child.stdout) {
        output += chunk;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      expect(output.split('\n').map((line) => line.trim())).toEqual([...numbers, '']);
    });
  },
);

describe.each([
  ['ThreadPoolExecutor', ThreadPoolExecutor],
  ['ProcessPoolExecutor', ProcessPoolExecutor],
] as const)('a %s', (_, Executor) => {
  test('gives what its jobs print to a stream, before their futures are done', async () => {
    const seen = { stdout: '', stderr: '' };
    const streamFor = (name: keyof typeof seen) => ({
      write(chunk: Uint8Array) {
        seen[name] += Buffer.from(chunk).toString();
      },
    });
    await using pool = new Executor({
      maxWorkers: 1,
      stdout: streamFor('stdout'),
      stderr: streamFor('stderr'),
    });
    for (let round = 0; round < 20; round++) {
      await pool.submit((round: number) => {
        console.log(`out ${round}`);
        console.error(`err ${round}`);
      }, round);
      expect(seen.stdout).toMatch(new RegExp(`out ${round}\n$`));
      expect(seen.stderr).toMatch(new RegExp(`err ${round}\n$`));
    }
  });

  test('lets nothing that its jobs print be seen', async () => {
    const { lines, errors } = await run(`import { ${Executor.name} } from 'skein/executors';
      const pool = new ${Executor.name}({ maxWorkers: 1, stdout: 'ignore', stderr: 'ignore' });
      const print = () => { for (let n = 0; n < 5000; n++) { console.log('seen'); console.error('seen'); } return 'done'; };
      console.log(await pool.submit(print));`);
    expect({ lines, errors }).toEqual({ lines: ['done'], errors: '' });
  });
});
