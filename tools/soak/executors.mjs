/** Executors that are opened, used once and closed. */
export const executors = [
  { name: 'InlineExecutor', options: {} },
  { name: 'ThreadPoolExecutor', options: { maxWorkers: 1 } },
  { name: 'ProcessPoolExecutor', options: { maxWorkers: 1 } },
];

export async function openAndClose(library, { name, options }) {
  const executor = new library[name](options);
  const result = await executor.submit((a, b) => a + b, 1, 2);
  await executor.shutdown();
  if (result !== 3) throw new Error(`${name} returned ${result}.`);
}
