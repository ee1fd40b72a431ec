/** What a program does with its pool; answers what came out of it, to be compared. */
import { createTask, gather } from 'skein';
import { forgotten } from './forgotten.js';
import { ParseError } from './numbers.js';
import { cube, fail, spin, whyStopped } from './work.js';

async function thrownBy(outcome) {
  try {
    return await outcome;
  } catch (error) {
    return error;
  }
}

async function textOf(outcome) {
  const value = await thrownBy(outcome);
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}

async function listOf(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}

export async function scenarios(pool) {
  const first = await textOf(pool.submit(cube, 1));
  if (first !== 1) return { 'by reference': first, 'by source': await pool.submit(() => 42) };
  const error = await thrownBy(pool.submit(fail));
  const spinning = pool.submit(spin);
  while (!spinning.running()) await new Promise((resolve) => setTimeout(resolve, 1));
  spinning.cancel('enough');
  const answer = {
    'by reference': await createTask(function* () {
      return yield* gather([pool.submit(cube, 2), pool.submit(cube, 3)]);
    }),
    'by source': await textOf(pool.submit((a, b) => a + b, 20, 22)),
    'many inputs': await listOf(pool.map(cube, [1, 2, 3])),
    'a registered error': [error instanceof ParseError, error.message, error.line],
    'a cancelled job': [spinning.cancelled(), await pool.submit(whyStopped)],
    'a function that is not served': await textOf(pool.submit(forgotten)),
  };
  await pool.shutdown();
  return answer;
}
