/**
 * A schedule as a text that fits into a line: `x1.fifo.4.2~3.k3f0`.
 *
 *     x1      the version of this form
 *     fifo    the orders; `fifo-eager` if tasks start eagerly
 *     4       a departure, 4 decisions after the start or after the departure before
 *     2~3     a departure, 2 decisions later, to alternative 3; alternative 1 is left out
 *     k3f0    a check of the program: the kinds of its decisions, and the options that shape them
 *
 * Numbers have the base 36.
 */
import { describe } from '../../core/text.ts';
import { type Decisions, type Departure, type Departures, mix, mixText } from './decisions.ts';
import type { RunSettings } from './settings.ts';

export interface StoredSchedule {
  readonly orders: 'fifo' | 'tasks';
  readonly eager: boolean;
  readonly departures: Departures;
  readonly check: string;
}

const version = 'x1';
const base = 36;

export function writeSchedule({ orders, eager, departures, check }: StoredSchedule): string {
  let last = -1;
  const parts = departures.map(({ at, alternative }) => {
    const gap = (at - last - 1).toString(base);
    last = at;
    return alternative === 1 ? gap : `${gap}~${alternative.toString(base)}`;
  });
  return [version, eager ? `${orders}-eager` : orders, ...parts, check].join('.');
}

const form = /^x1\.(fifo|tasks)(-eager)?((?:\.[0-9a-z]+(?:~[0-9a-z]+)?)*)\.([0-9a-z]+)$/;

/** @throws TypeError for a text that is no schedule. */
export function readSchedule(text: string): StoredSchedule {
  const match = typeof text === 'string' ? form.exec(text) : null;
  if (match === null) {
    throw new TypeError(
      `\`explore()\` expected a schedule as the explanation of a failure names it, like 'x1.fifo.4.k3f0', but got ${describe(text)}.`,
    );
  }
  const [, orders, eager, parts, check] = match as unknown as [
    string,
    'fifo' | 'tasks',
    string,
    string,
    string,
  ];
  let at = -1;
  const departures = parts
    .split('.')
    .slice(1)
    .map((part): Departure => {
      const [gap, alternative = '1'] = part.split('~');
      at += Number.parseInt(gap as string, base) + 1;
      return { at, alternative: Number.parseInt(alternative, base) };
    });
  return { orders, eager: eager !== undefined, departures, check };
}

/** A short text that another program, or other options, hardly ever have. */
export function checkOf(decisions: Decisions, settings: RunSettings): string {
  const { cancellations, faults } = settings;
  const start = mixText(mix(cancellations, faults), settings.mayCancel === undefined ? '' : 'may');
  return ((decisions.shape(start) >>> 0) % base ** 4).toString(base).padStart(4, '0');
}
