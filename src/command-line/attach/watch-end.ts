/**
 * Node and Deno keep a process whose program has ended until its last debugger has gone. A command is one as long as it is
 * connected, so it has to hear of the end, and leave.
 */
import type { ProcessInfo } from './processes.ts';
import type { Session } from './session.ts';

/** How long the process may take to take the request, in ms. */
const takenMs = 2000;

/** Has the session told when the program ends. A host that has no such event closes the connection at its end. */
export function watchEnd(session: Session, { executable }: ProcessInfo): void {
  const ask = (method: string, params?: Record<string, unknown>): void => {
    void session.request(method, params, takenMs).catch(() => undefined);
  };
  session.on('NodeRuntime.waitingForDisconnect', () => session.isOver());
  ask('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
  if (!/^deno/i.test(executable)) return;
  // Deno takes that request, and sends no event. Its main context is the first that is told.
  let main: unknown;
  session.on('Runtime.executionContextCreated', ({ context }) => {
    main ??= (context as { id?: unknown }).id;
  });
  session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
    if (executionContextId === main) session.isOver();
  });
  ask('Runtime.enable');
}
