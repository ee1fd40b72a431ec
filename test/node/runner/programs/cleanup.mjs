/** Waits for ever in the way it is told, and cleans up with awaits when Ctrl-C cancels it. */
import process from 'node:process';
import { run, sleep } from 'skein';

const waits = {
  *coroutine() {
    console.log('ready');
    yield* sleep(1e9);
  },
  async asynchronous() {
    console.log('ready');
    await sleep(1e9);
  },
  *spinning() {
    setTimeout(() => console.log('ready'), 0);
    for (;;) yield* sleep(0);
  },
};
const wait = waits[process.argv[2]];

function* program() {
  try {
    yield* wait();
  } finally {
    yield* sleep(1);
    console.log('clean');
  }
}

async function asyncProgram() {
  try {
    await wait();
  } finally {
    await sleep(1);
    console.log('clean');
  }
}

try {
  await run(wait === waits.asynchronous ? asyncProgram : program);
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
console.log(`listeners: ${process.listenerCount('SIGINT')}`);
