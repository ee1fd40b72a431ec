/**
 * Tells what signals do to it. Arguments, in any order: `own-before`, `own-after`, `own-SIGINT` (before), `exit-before`, `exit-after`, `exit3-before`,
 * `exit3-after` (listeners of its own, of signal-exit 4 and 3), `stubborn` (main ignores cancellations), `foreign` (main waits for
 * a promise of the host), `leftover` (a task that main leaves ignores cancellations), `code` (it sets an exit code), `off`
 * (`interrupts: false`), `caught` (it catches the error), `handled` (it has a listener for uncaught errors).
 */
import process from 'node:process';
import { onExit } from 'signal-exit';
import onExit3 from 'signal-exit-3';
import { createTask, run, sleep } from 'skein';

const asked = new Set(process.argv.slice(2));

function listen(when) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const isOwn = asked.has(`own-${when}`) || (asked.has(`own-${signal}`) && when === 'before');
    if (isOwn) process.on(signal, () => console.log('own listener'));
  }
  if (asked.has(`exit-${when}`))
    onExit((code, signal) => console.log(`signal-exit ${signal ?? code}`));
  if (asked.has(`exit3-${when}`))
    onExit3((code, signal) => console.log(`signal-exit 3 ${signal ?? code}`));
}

/** Ignores cancellations for ever. */
async function ignore() {
  for (;;) {
    try {
      await sleep(60_000);
    } catch {
      console.log('ignored');
    }
  }
}

async function main() {
  listen('after');
  if (asked.has('leftover')) createTask(ignore, { name: 'leftover' });
  // The signal comes when main waits, not before.
  setTimeout(() => console.log('ready'), 1);
  try {
    if (asked.has('leftover')) return await sleep(2, 'main ended');
    if (asked.has('stubborn')) await ignore();
    if (asked.has('foreign')) await new Promise((resolve) => setTimeout(resolve, 60_000));
    return await sleep(60_000);
  } finally {
    await sleep(1);
    console.log('finally');
  }
}

listen('before');
if (asked.has('code')) process.exitCode = 7;
if (asked.has('handled'))
  process.on('uncaughtException', (error) => console.log(`handled ${error.name}`));
const running = run(main, { interrupts: !asked.has('off') });
if (asked.has('caught'))
  await running.catch((error) => console.log(`${error.name} ${error.exitCode}`));
else await running;
