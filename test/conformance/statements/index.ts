import type { Statements } from '../machine.ts';
import type { Operation } from '../program.ts';
import { combining } from './combining.ts';
import { contexts } from './contexts.ts';
import { flow } from './flow.ts';
import { futures } from './futures.ts';
import { queues } from './queues.ts';
import { scopes } from './scopes.ts';
import { sync } from './sync.ts';
import { tasks } from './tasks.ts';

export const statements: Statements<Operation> = {
  ...flow,
  ...tasks,
  ...combining,
  ...scopes,
  ...futures,
  ...sync,
  ...queues,
  ...contexts,
};
