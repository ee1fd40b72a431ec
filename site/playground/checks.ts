/** What a program calls where it promises a value (`expr; // => value`): it shows the value, and tells whether the promise holds. */

import { isEqual } from './is-equal.ts';
import type { Outbox } from './outbox.ts';
import { shown } from './text-of.ts';

interface Promised {
  readonly line: number;
  readonly text: string;
}

/** @param printed the lines that the program has printed */
export function checks(outbox: Outbox, printed: readonly string[]) {
  let outputBegins = 0;
  const tell = (text: string, line: number, holds: boolean | undefined): void =>
    outbox.line('value', text, holds === undefined ? { line } : { line, holds });
  return {
    /** The promise is an expression, or the text of a value. */
    value<T>(value: T, expected: (() => unknown) | undefined, { line, text }: Promised): T {
      const told = value instanceof Error ? `${value.name}: ${value.message}` : shown(value);
      tell(`=> ${told}`, line, expected ? isEqual(value, expected()) : told === text);
      return value;
    },
    printed({ line, text }: Promised): void {
      if (printed.at(-1) !== text) tell(`printed ${printed.at(-1)}`, line, false);
    },
    output({ line, text }: Promised): void {
      const found = printed.slice(outputBegins).join('\n');
      outputBegins = printed.length;
      tell(
        found === text ? 'prints what it promises' : 'prints something else than it promises',
        line,
        found === text,
      );
    },
    thrown(
      thrown: { error: unknown } | undefined,
      name: string,
      message: string | undefined,
      line: number,
    ): void {
      const error = thrown?.error as Partial<Error> | undefined;
      if (thrown === undefined) tell(`throws nothing, but ${name} was promised`, line, false);
      else {
        const holds = error?.name === name && matches(error?.message ?? '', message);
        tell(`throws ${error?.name}: ${error?.message}`, line, holds);
      }
    },
  };
}

function matches(message: string, promised: string | undefined): boolean {
  if (promised === undefined) return true;
  return promised.endsWith('…') ? message.startsWith(promised.slice(0, -1)) : message === promised;
}
