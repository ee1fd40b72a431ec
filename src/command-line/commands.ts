export interface Command {
  /** One line, for `skein help`. */
  readonly summary: string;
  load(): Promise<(args: readonly string[]) => Promise<void>>;
}

/** The commands by their names. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'worker',
    {
      summary: 'serves the functions of modules to a queue',
      load: async () => (await import('./worker-command.ts')).workerCommand,
    },
  ],
  [
    'list',
    {
      summary: 'shows the programs that can be looked at',
      load: async () => (await import('./list-command.ts')).listCommand,
    },
  ],
  [
    'ps',
    {
      summary: 'lists the tasks of a running program',
      load: async () => (await import('./ps-command.ts')).psCommand,
    },
  ],
  [
    'tree',
    {
      summary: 'shows which task of a running program waits for which',
      load: async () => (await import('./tree-command.ts')).treeCommand,
    },
  ],
  [
    'stuck',
    {
      summary: 'tells why a running program does not go on',
      load: async () => (await import('./stuck-command.ts')).stuckCommand,
    },
  ],
  [
    'stack',
    {
      summary: 'shows where a task of a running program stands',
      load: async () => (await import('./stack-command.ts')).stackCommand,
    },
  ],
  [
    'top',
    {
      summary: 'shows which tasks of a running program run most',
      load: async () => (await import('./top-command.ts')).topCommand,
    },
  ],
  [
    'trace',
    {
      summary: 'records what the tasks of a running program do',
      load: async () => (await import('./trace-command.ts')).traceCommand,
    },
  ],
  [
    'open',
    {
      summary: 'shows a recording, or a running program, in a browser',
      load: async () => (await import('./open-command.ts')).openCommand,
    },
  ],
  [
    'cancel',
    {
      summary: 'asks a task of a running program to stop',
      load: async () => (await import('./cancel-command.ts')).cancelCommand,
    },
  ],
]);
