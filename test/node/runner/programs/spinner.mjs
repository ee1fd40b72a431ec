/** Shows a spinner of ora, which hides the cursor and reads the terminal, and cleans up with an await. */
import process from 'node:process';
import ora from 'ora';
import { run, sleep } from 'skein';

const options = { text: 'working', discardStdin: process.argv.includes('discard') };
const before = process.argv.includes('before') ? ora(options).start() : undefined;

await run(async () => {
  const spinner = before ?? ora(options).start();
  setTimeout(() => console.log('ready'), 10);
  try {
    await sleep(60_000);
  } finally {
    await sleep(1);
    spinner.stop();
    console.log('finally');
  }
});
