import { type Channel, channel } from 'skein';
import { linearizable } from 'skein/testing';
import { expect, test } from 'vitest';

const operations = {
  'send a': ({ sender }: Channel<string>) => sender.send('a'),
  'send b': ({ sender }: Channel<string>) => sender.send('b'),
  receive: ({ receiver }: Channel<string>) => receiver.receive(),
  next: ({ receiver }: Channel<string>) => receiver.next(),
  'close sender': ({ sender }: Channel<string>) => sender.close(),
  'close receiver': ({ receiver }: Channel<string>) => receiver.close(),
  'send now': ({ sender }: Channel<string>) => sender.sendNowait('c'),
};
const schedules = 200;

test.each([1, 2])(
  'a channel of capacity %d looks as if its calls came one by one, also where tasks are cancelled',
  (capacity) => {
    const report = linearizable(
      () => channel<string>(capacity),
      {
        ...operations,
        'receive now': ({ receiver }: Channel<string>) => receiver.receiveNowait(),
      },
      { schedules },
    );
    expect(report.schedules).toBe(schedules);
  },
);

test('a channel without capacity looks as if its calls came one by one', () => {
  // An item that was handed over goes to the next receiver if that is cancelled, which is no order of whole calls; nor does
  // `receiveNowait()` tell of the end before the item was taken.
  const report = linearizable(() => channel<string>(0), operations, { cancels: false, schedules });
  expect(report.schedules).toBe(schedules);
});
