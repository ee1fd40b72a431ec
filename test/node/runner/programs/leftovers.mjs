/** Leaves a task running when it is interrupted. */
import { createTask, run, sleep } from 'skein';

function* leftover() {
  try {
    yield* sleep(1e9);
  } finally {
    yield* sleep(1);
    console.log('leftover is clean');
  }
}

try {
  await run(function* () {
    createTask(leftover());
    yield* sleep(1);
    console.log('ready');
    yield* sleep(1e9);
  });
} catch (error) {
  console.log(error.name);
}
