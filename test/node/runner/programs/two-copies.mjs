/** Two copies of the package run a program each. */
import { run, sleep } from 'skein';

const copy = new URL(`${import.meta.resolve('skein')}?copy`);
const there = await import(copy.href);

const one = run(() => sleep(60_000));
const other = there.run(async () => {
  console.log('ready');
  await there.sleep(60_000);
});
for (const { reason } of await Promise.allSettled([one, other])) console.log(reason.name);
