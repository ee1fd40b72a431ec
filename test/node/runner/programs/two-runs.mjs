/** Two programs at once; each cleans up with an await when Ctrl-C cancels it. */
import process from 'node:process';
import { run, sleep } from 'skein';

let begun = 0;
function* program(name) {
  if (++begun === 2) setTimeout(() => console.log('ready'), 0);
  try {
    yield* sleep(1e9);
  } finally {
    yield* sleep(1);
    console.log(`${name} is clean`);
  }
}

for (const { reason } of await Promise.allSettled([run(program('a')), run(program('b'))])) {
  console.log(reason?.name);
}
console.log(`listeners: ${process.listenerCount('SIGINT')}`);
