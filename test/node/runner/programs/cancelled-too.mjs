/** Is cancelled by itself, beside the Ctrl-C. */
import { currentTask, run, sleep } from 'skein';

function* main() {
  console.log('ready');
  try {
    yield* sleep(1e9);
  } finally {
    currentTask().cancel('somebody else');
  }
}

try {
  await run(main);
} catch (error) {
  console.log(error.name);
}
