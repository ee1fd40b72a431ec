/** Listens to SIGINT by itself, from before it runs anything. */
import process from 'node:process';
import { createTask, Future, run, sleep } from 'skein';

let end;
process.on('SIGINT', () => {
  console.log('own listener');
  end.setResult('own end');
});
console.log(
  await run(function* () {
    end = new Future();
    // Keeps the program alive.
    createTask(sleep(1e9));
    console.log('ready');
    return yield* end;
  }),
);
