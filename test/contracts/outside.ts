/**
 * A place that test and workers both reach though they share nothing, and that a worker reaches without its event loop: a
 * folder of files in Node, and in a browser a part of the server that the page came from (`tools/outside-for-tests.ts`).
 */
import { process } from '../unit/hosts.ts';

interface FileSystem {
  existsSync(file: string): boolean;
  mkdtempSync(prefix: string): string;
  readFileSync(file: string, encoding: 'utf8'): string;
  rmSync(file: string, options: { recursive: boolean }): void;
  writeFileSync(file: string, text: string): void;
}

const fs = process?.getBuiltinModule?.('node:fs') as FileSystem | undefined;
const os = process?.getBuiltinModule?.('node:os') as { tmpdir(): string } | undefined;

export class Outside {
  readonly #folder: string;

  constructor() {
    const name = `outside-${Math.random().toString(36).slice(2)}`;
    this.#folder =
      fs?.mkdtempSync(`${os?.tmpdir()}/skein-`) ?? new URL(`/${name}`, location.href).href;
  }

  /** What a worker is given. */
  place(name: string): string {
    return `${this.#folder}/${name}`;
  }

  /** Lets a worker go on that holds still at this place. */
  async open(name: string): Promise<void> {
    const place = this.place(name);
    if (fs === undefined) await fetch(place, { method: 'POST', body: 'open\n' });
    else fs.writeFileSync(place, 'open\n');
  }

  /** The lines that were left at this place. */
  async lines(name: string): Promise<string[]> {
    const place = this.place(name);
    if (fs === undefined) return (await (await fetch(place)).text()).split('\n').slice(0, -1);
    return fs.existsSync(place) ? fs.readFileSync(place, 'utf8').split('\n').slice(0, -1) : [];
  }

  /** Waits until there is a line at this place. */
  async reached(name: string): Promise<void> {
    while ((await this.lines(name)).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  remove(): void {
    fs?.rmSync(this.#folder, { recursive: true });
  }
}

/** Sent by source: leaves a line at a place. */
export function note(place: string, line: string): void {
  if (typeof XMLHttpRequest === 'undefined') {
    globalThis.process.getBuiltinModule('node:fs').appendFileSync(place, `${line}\n`);
    return;
  }
  const request = new XMLHttpRequest();
  request.open('POST', place, false);
  request.send(`${line}\n`);
}

/** Sent by source: computes without a pause until that place is opened. */
export function hold(place: string): string {
  const isOpen = (): boolean => {
    if (typeof XMLHttpRequest === 'undefined') {
      return globalThis.process.getBuiltinModule('node:fs').existsSync(place);
    }
    const request = new XMLHttpRequest();
    request.open('GET', place, false);
    request.send();
    return request.responseText !== '';
  };
  while (!isOpen());
  return 'held';
}
