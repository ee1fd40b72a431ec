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
]);
