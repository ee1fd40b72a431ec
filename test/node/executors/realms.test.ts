/** Values of another realm, as jest and `node:vm` make them: there no class is the same as here. */
import { createContext, runInContext } from 'node:vm';
import {
  InlineExecutor,
  ProcessPoolExecutor,
  registerError,
  ThreadPoolExecutor,
  transfer,
} from 'skein/executors';
import { afterAll, describe, expect, test } from 'vitest';

const realm = createContext();
const there = <Value>(text: string): Value => runInContext(`(${text})`, realm) as Value;

const pools = {
  ThreadPoolExecutor: new ThreadPoolExecutor({ maxWorkers: 1 }),
  ProcessPoolExecutor: new ProcessPoolExecutor({ maxWorkers: 1 }),
  InlineExecutor: new InlineExecutor(),
};
afterAll(() => Promise.all(Object.values(pools).map((pool) => pool.shutdown())));

describe.each(Object.entries(pools))('values of another realm and a %s', (_, pool) => {
  test('memory moves', async () => {
    const buffer = there<ArrayBuffer>('new ArrayBuffer(8)');
    const length = await pool.submitWith({ transfer: [buffer] }, (b) => b.byteLength, buffer);
    expect([length, buffer.byteLength]).toEqual([8, 0]);
  });

  test('a function is found in a Map', async () => {
    const outcome = pool.submit(
      (map) => map.size,
      there<Map<string, unknown>>('new Map([["a", () => 1]])'),
    );
    await expect(outcome).rejects.toThrow('args[0].get("a") is a function');
  });

  test('what is nested too deep is found in objects, lists, Maps and Sets', async () => {
    const deep = there<unknown>(`(() => {
      let value = 1;
      for (let at = 0; at < 1000; at++) value = [[value], { value }, new Map([[1, value]]), new Set([value])][at % 4];
      return [value];
    })()`);
    await expect(pool.submit((value) => value, deep)).rejects.toThrow('nested more than 1000 deep');
  });

  test('an error keeps its class', async () => {
    const failing = (): never => {
      const vm = process.getBuiltinModule('node:vm');
      throw Object.assign(
        vm.runInNewContext('new RangeError("far", { cause: new Error("off") })'),
        { code: 7 },
      );
    };
    const error = await pool.submit(failing).then(undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: 'far', code: 7, cause: { message: 'off' } });
  });
});

describe('values of another realm', () => {
  test('are checked by `transfer()` as those of this one', () => {
    const [buffer, shared] = ['new ArrayBuffer(8)', 'new SharedArrayBuffer(8)'].map((text) =>
      there<ArrayBuffer>(text),
    );
    expect(transfer({}, [buffer as ArrayBuffer])).toEqual({});
    expect(() => transfer({}, [shared as ArrayBuffer])).toThrow(
      'is a SharedArrayBuffer, which both sides share',
    );
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    expect(() => transfer({}, [buffer as ArrayBuffer])).toThrow('is an ArrayBuffer that is empty');
  });

  test('may be classes of errors', () => {
    registerError(there<new () => Error>('class FarError extends TypeError {}'));
    expect(() => registerError(there('class FarPoint {}'))).toThrow(
      'named class that extends Error',
    );
  });
});
