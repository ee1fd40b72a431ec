import { getEventLoop } from '../../core/current.ts';
import type { EventLoop } from '../../core/event-loop.ts';
import { type Random, randomFrom } from './random.ts';

interface Pinned {
  readonly loop: EventLoop;
  readonly random: Random;
}

/** The loops of explorations with `pin`: several may go on at once, and end in any order. */
const pinned: Pinned[] = [];
let putBack: (() => void) | undefined;

/** Has the clocks and the random numbers of the host follow the loop and the seed. Returns the function that puts them back. */
export function pin(loop: EventLoop, seed: number): () => void {
  putBack ??= replaceAll();
  const own: Pinned = { loop, random: randomFrom(seed) };
  pinned.push(own);
  return () => {
    pinned.splice(pinned.indexOf(own), 1);
    if (pinned.length > 0) return;
    putBack?.();
    putBack = undefined;
  };
}

/** Replaces the functions of the host by ones that ask the loop of the code that calls; those of the host serve other loops. */
function replaceAll(): () => void {
  const undone: (() => void)[] = [];
  const undo = (): void => {
    for (const each of undone) each();
  };
  const replace = (owner: object, name: string, key: string, own: (of: Pinned) => number): void => {
    const before = Object.getOwnPropertyDescriptor(owner, key);
    const host = Reflect.get(owner, key) as () => number;
    const value = (): number => {
      const asking = getEventLoop();
      const found = pinned.find(({ loop }) => loop === asking);
      return found === undefined ? Reflect.apply(host, owner, []) : own(found);
    };
    if (!Reflect.defineProperty(owner, key, { value, configurable: true, writable: true })) {
      undo();
      throw new TypeError(
        `\`explore()\` with \`pin\` expected to replace \`${name}.${key}()\`, but it is frozen. Leave \`pin\` out, and give the program a clock and random numbers of its own.`,
      );
    }
    undone.push(() => {
      if (before === undefined) Reflect.deleteProperty(owner, key);
      else Reflect.defineProperty(owner, key, before);
    });
  };
  const time = ({ loop }: Pinned): number => loop.time();
  replace(Date, 'Date', 'now', time);
  replace(performance, 'performance', 'now', time);
  replace(Math, 'Math', 'random', ({ random }) => random());
  return undo;
}
