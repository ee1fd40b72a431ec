import { describe } from './text.ts';

/** What is done about a failure that nothing retrieves. */
export type UnretrievedAction = 'report' | 'exit-code' | 'throw' | 'ignore';

const actions: readonly unknown[] = ['report', 'exit-code', 'throw', 'ignore'];

/** @throws RangeError when `action` is none of the four. */
export function checkUnretrieved(action: unknown): asserts action is UnretrievedAction {
  if (actions.includes(action)) return;
  throw new RangeError(
    `\`unretrieved\` expected 'report', 'exit-code', 'throw' or 'ignore', but got ${describe(action)}.`,
  );
}
