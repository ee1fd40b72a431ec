/** Where functions in workers note what they do, for the test to read: a file in Node, a channel in a browser. */
import { hostTurn, process } from '../unit/hosts.ts';

type Fs = typeof import('node:fs');

const fs = process?.getBuiltinModule?.('node:fs') as Fs | undefined;
const os = process?.getBuiltinModule?.('node:os') as typeof import('node:os') | undefined;
let opened = 0;

export class Notebook {
  /** What the functions are given. */
  readonly name: string;
  readonly #heard: string[] = [];
  readonly #channel: BroadcastChannel | undefined;

  constructor() {
    this.name =
      fs === undefined ? `notes-${++opened}` : `${fs.mkdtempSync(`${os?.tmpdir()}/skein-`)}/notes`;
    if (fs !== undefined) return;
    this.#channel = new BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }) => this.#heard.push(data as string);
  }

  get lines(): string[] {
    if (fs === undefined) return this.#heard;
    return fs.existsSync(this.name)
      ? fs.readFileSync(this.name, 'utf8').split('\n').slice(0, -1)
      : [];
  }

  /** All that was noted so far, of which `last` is the last: a channel brings it a little later. */
  async until(last: string): Promise<string[]> {
    if (fs === undefined) while (this.lines.at(-1) !== last) await hostTurn();
    return this.lines;
  }

  close(): void {
    this.#channel?.close();
    fs?.rmSync(this.name.slice(0, -'/notes'.length), { recursive: true });
  }
}
