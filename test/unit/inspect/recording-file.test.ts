import { createTask, Lock, run, sleep } from 'skein';
import { encodeRecording, type Recording, readRecording, recordTasks } from 'skein/inspect';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';

async function recorded(): Promise<Recording> {
  using recorder = recordTasks();
  await run(async () => {
    const lock = new Lock({ name: 'log – Größe ✓' });
    const child = createTask(
      async () => {
        await lock.with(() => sleep(1));
      },
      { name: '子' },
    );
    await child;
  });
  return recorder.take();
}

describe.runIf(inNode)('a recording that was written into a file', () => {
  test('is read as it was', async () => {
    const recording = await recorded();
    const { steps, ...tables } = recording;
    const read = await readRecording(encodeRecording(recording));
    expect(read).toEqual({ ...JSON.parse(JSON.stringify(tables)), steps });
  });

  test('begins with a line of JSON that names format and version', async () => {
    const bytes = encodeRecording(await recorded());
    const line = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(10)));
    const header = JSON.parse(line);
    expect(header).toMatchObject({ skein: 'recording', version: 1 });
    expect(header.parts.map(({ name }: { name: string }) => name)).toEqual([
      'begin',
      'took',
      'task',
      'next',
      'tables',
    ]);
  });

  test('is read though it has a part that the reader does not know', async () => {
    const recording = await recorded();
    const bytes = encodeRecording(recording);
    const end = bytes.indexOf(10);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    header.parts.push({ name: 'later', type: 'u32', length: 0 });
    header.more = 'later';
    const changed = new Uint8Array([
      ...new TextEncoder().encode(JSON.stringify(header)),
      ...bytes.subarray(end),
    ]);
    const read = await readRecording(changed);
    expect(read.tasks).toEqual(JSON.parse(JSON.stringify(recording.tasks)));
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array, string]>([
    [
      'something else',
      () => new TextEncoder().encode('{"a":1}\n'),
      'its first line is something else',
    ],
    ['nothing', () => new Uint8Array(), 'its first line is something else'],
    [
      'one that was cut off',
      (bytes) => bytes.subarray(0, bytes.length - 20),
      'its end is missing or damaged',
    ],
    [
      'one of a later version',
      (bytes) => {
        const text = new TextDecoder('latin1').decode(bytes).replace('"version":1', '"version":9');
        return Uint8Array.from(text, (each) => each.charCodeAt(0));
      },
      'it is of version 9, and this package reads version 1: update it',
    ],
  ])('is refused if it is %s', async (_, change, why) => {
    const bytes = change(encodeRecording(await recorded()));
    await expect(readRecording(bytes)).rejects.toThrow(
      `\`readRecording()\` expected a recording of skein, but ${why}. Write one`,
    );
    await expect(readRecording(bytes)).rejects.toThrow(TypeError);
  });

  test('is refused if it is no bytes', async () => {
    await expect(readRecording('run.skein' as never)).rejects.toThrow('it got no bytes');
  });
});
