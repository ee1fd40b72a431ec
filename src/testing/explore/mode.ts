import type { Settings } from './settings.ts';

/** The part of a plan that all schedules of a search share. */
export interface Mode {
  readonly orders: 'fifo' | 'tasks';
  readonly eager: boolean;
}

/** The modes that the options ask for: those whose failures can happen in production come first. */
export function modesOf({ orders, eager }: Settings): Mode[] {
  const allOrders = orders === 'both' ? (['fifo', 'tasks'] as const) : [orders];
  const allStarts = eager === 'both' ? [false, true] : [eager];
  return allOrders.flatMap((each) => allStarts.map((start) => ({ orders: each, eager: start })));
}
