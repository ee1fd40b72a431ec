/** What `checksums.ts` does, with promises and threads of Node only: here to be compared. It passes the same tests. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SingleBar } from 'cli-progress';
import ora from 'ora';

const checksum = `
const { parentPort } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { readFile } = require('node:fs/promises');
parentPort.on('message', async (files) => {
  parentPort.postMessage(await Promise.all(files.map(async (file) => {
    try {
      return { value: createHash('sha256').update(await readFile(file)).digest('hex') };
    } catch (error) {
      return { error: String(error) };
    }
  })));
});`;
type Result = { value: string; error?: undefined } | { error: string };

export async function main(
  folder: string,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const spinner = ora({ text: `looking into ${folder}`, stream: process.stderr }).start();
  let files: string[];
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    files = entries
      .filter((each) => each.isFile() || each.isSymbolicLink())
      .map((each) => join(each.parentPath, each.name))
      .sort();
  } finally {
    spinner.stop();
  }
  signal.throwIfAborted();

  const bar = new SingleBar({ stream: process.stderr, etaBuffer: 100 });
  const workers = [0, 1].map(() => new Worker(checksum, { eval: true, execArgv: [] }));
  const results: Result[] = [];
  let written = 0;
  let failed = 0;
  let begun = 0;
  function writeInOrder(): void {
    for (let result = results[written]; result !== undefined; result = results[++written]) {
      bar.increment();
      if (result.error === undefined) write(`${result.value}  ${files[written]}`);
      else {
        failed++;
        process.stderr.write(`\n${files[written]}: ${result.error}\n`);
      }
    }
  }
  function work(worker: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('a thread has ended')));
      let at = 0;
      const next = (): void => {
        at = begun;
        begun += 50;
        if (at >= files.length) resolve();
        else worker.postMessage(files.slice(at, at + 50));
      };
      worker.on('message', (chunk: Result[]) => {
        chunk.forEach((result, n) => {
          results[at + n] = result;
        });
        writeInOrder();
        next();
      });
      next();
    });
  }
  bar.start(files.length, 0);
  try {
    await Promise.all(workers.map(work));
  } finally {
    bar.stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return failed === 0 ? 0 : 1;
}

const [, program, folder = '.'] = process.argv;
if (program !== undefined && import.meta.url === pathToFileURL(program).href) {
  const stop = new AbortController();
  const interrupted = (): void => stop.abort();
  process.once('SIGINT', interrupted);
  try {
    const write = (line: string) => void process.stdout.write(`${line}\n`);
    process.exitCode = await main(folder, write, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    process.off('SIGINT', interrupted);
  }
}
