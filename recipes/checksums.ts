/**
 * A command: the checksum of each file, on threads, with a progress bar. `node --import tsx checksums.ts FOLDER`
 *
 * - Ctrl-C: no further file begins, those under way are given up, the bar is taken down, and the exit code is 130.
 * - A file that cannot be read, as a link without its target, is counted and told of, and the exit code is 1.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { SingleBar } from 'cli-progress';
import ora from 'ora';
import { fromPromise, run } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';

async function checksum(file: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  const { readFile } = await import('node:fs/promises');
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

export async function main(folder: string, write: (line: string) => void): Promise<number> {
  const spinner = ora({ text: `looking into ${folder}`, stream: process.stderr }).start();
  let files: string[];
  try {
    const entries = await fromPromise(readdir(folder, { recursive: true, withFileTypes: true }));
    files = entries
      .filter((each) => each.isFile() || each.isSymbolicLink())
      .map((each) => join(each.parentPath, each.name))
      .sort();
  } finally {
    spinner.stop();
  }

  const bar = new SingleBar({ stream: process.stderr, etaBuffer: 100 });
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  let failed = 0;
  bar.start(files.length, 0);
  try {
    for await (const result of pool.map(checksum, files, {
      chunkSize: 50,
      settled: true,
      indexed: true,
    })) {
      bar.increment();
      if (result.status === 'fulfilled') write(`${result.value}  ${files[result.index]}`);
      else {
        failed++;
        process.stderr.write(`\n${files[result.index]}: ${result.reason}\n`);
      }
    }
  } finally {
    bar.stop();
  }
  return failed === 0 ? 0 : 1;
}

const [, program, folder = '.'] = process.argv;
if (program !== undefined && import.meta.url === pathToFileURL(program).href) {
  process.exitCode = await run(() =>
    main(folder, (line) => void process.stdout.write(`${line}\n`)),
  );
}
