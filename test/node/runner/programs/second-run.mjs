/** Is interrupted in its second run, and runs a third. */
import process from 'node:process';
import { Runner, sleep } from 'skein';

const listeners = () => console.log(`listeners: ${process.listenerCount('SIGINT')}`);
const runner = new Runner();
console.log(await runner.run(sleep(1, 'first')));
listeners();
try {
  await runner.run(function* () {
    console.log('ready');
    yield* sleep(1e9);
  });
} catch (error) {
  console.log(error.name);
}
listeners();
console.log(await runner.run(sleep(1, 'third')));
await runner.close();
