/** Runs a section of the tutorial for a test, and keeps what it printed. */
import { EventLoop } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { perform, type Section } from '../../../examples/tutorial/stage.ts';
import type { Trace } from '../../../examples/tutorial/trace.ts';

export interface Performance {
  readonly lines: readonly string[];
  readonly trace: Trace;
}

async function performOn(loop: EventLoop, section: Section): Promise<Performance> {
  const lines: string[] = [];
  const print = (line: string): number => lines.push(line);
  const trace = await perform(section, { loop: () => loop, print, columns: 80, colour: false });
  return { lines, trace };
}

export function performInRealTime(section: Section): Promise<Performance> {
  return performOn(new EventLoop(), section);
}

/** The whole output, which is the same each time: in virtual time, and with unnamed tasks counted from 1. */
export async function outputInVirtualTime(section: Section): Promise<string> {
  const { lines } = await performOn(new VirtualEventLoop(), section);
  const numbers = new Map<string, number>();
  const renumbered = lines.map((line) =>
    line.replace(/^(Task-\d+) +/, (text, name: string) => {
      if (!numbers.has(name)) numbers.set(name, numbers.size + 1);
      return `Task-${numbers.get(name)}`.padEnd(text.length);
    }),
  );
  return `${renumbered.join('\n')}\n`;
}

/** What was said, without the times: `heartbeat: ♥`. */
export function saidIn({ lines }: Performance): string[] {
  return lines.flatMap((line) => {
    const [, who, text] = /^ *\d+ ms {2}(\S+) +(.*)$/.exec(line) ?? [];
    return text === undefined ? [] : [`${who}: ${text}`];
  });
}

/** How each task and each job ended, in the order of their creation. */
export function endingsIn({ trace }: Performance): string[] {
  return trace.tracks.map(({ name, ending }) => `${name} ${ending}`);
}
