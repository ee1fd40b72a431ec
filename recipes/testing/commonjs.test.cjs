/**
 * A test of jest in CommonJS. `require('skein')` works in Node, but jest has a `require()` of its own, which before Node 24.9 loads no ES module;
 * `import()` does, with the flag `--experimental-vm-modules`: jest loads modules by a part of Node that is there only with it.
 */
test('a task runs', async () => {
  const { run, sleep } = await import('skein');
  expect(await run(() => sleep(1, 'awake'))).toBe('awake');
});
