/** Ignores as many cancellations as it is told to. */
import process from 'node:process';
import { run, sleep } from 'skein';

let ignored = Number(process.argv[2]);

function* main() {
  console.log('ready');
  for (;;) {
    try {
      yield* sleep(1e9);
    } catch (error) {
      if (ignored-- <= 0) throw error;
      console.log('ignored');
    }
  }
}

try {
  await run(main);
} catch (error) {
  console.log(`${error.name}, listeners: ${process.listenerCount('SIGINT')}`);
}
