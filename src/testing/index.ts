export { DeadlockError } from './deadlock-error.ts';
export { VirtualEventLoop } from './virtual-event-loop.ts';
