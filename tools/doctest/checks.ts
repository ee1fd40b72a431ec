/** What the module of an example calls to have its promises checked, and the console it prints on. */
import { format, inspect } from 'node:util';
import { expect } from 'vitest';

export class Checks {
  readonly #file: string;
  readonly #printed: string[] = [];
  #outputBegins = 0;

  /** Stands for the global console in the example. */
  readonly console: Partial<Console>;

  constructor(file: string) {
    this.#file = file;
    const print = (...values: unknown[]) => void this.#printed.push(format(...values));
    const dir = (value: unknown) => print(inspect(value));
    this.console = { debug: print, dir, error: print, info: print, log: print, warn: print };
  }

  /** Gives the value back, so that the statement goes on with it. */
  equal<T>(value: T, expected: unknown, line: number): T {
    expect(value, this.#where(line)).toEqual(expected);
    return value;
  }

  shown<T>(value: T, expected: string, line: number): T {
    const text = value instanceof Error ? `${value.name}: ${value.message}` : inspect(value);
    expect(text, this.#where(line)).toBe(expected);
    return value;
  }

  printed(expected: string, line: number): void {
    expect(this.#printed.at(-1), this.#where(line)).toBe(expected);
  }

  output(expected: string, line: number): void {
    const printed = this.#printed.slice(this.#outputBegins).join('\n');
    this.#outputBegins = this.#printed.length;
    expect(printed, this.#where(line)).toBe(expected);
  }

  thrown(
    thrown: { error: unknown } | undefined,
    name: string,
    message: string | undefined,
    line: number,
  ): void {
    if (!thrown) expect.fail(`${this.#where(line)}: nothing was thrown, but ${name} was announced`);
    const error = thrown.error as Partial<Error> | undefined;
    if (message === undefined || error?.name !== name) {
      expect(error?.name ?? inspect(error), this.#where(line)).toBe(name);
      return;
    }
    const open = message.endsWith('…');
    const start = open ? message.slice(0, -1) : message;
    const text = open ? error.message?.slice(0, start.length) : error.message;
    expect(text, this.#where(line)).toBe(start);
  }

  #where(line: number): string {
    return `${this.#file}:${line}`;
  }
}
