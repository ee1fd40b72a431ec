/** The command `skein`. Each of its commands is loaded when it is called. */
import { CannotAttachError } from './attach/cannot-attach-error.ts';
import { commands } from './commands.ts';
import { print, printError, watchOutput } from './print.ts';
import { UsageError } from './usage-error.ts';

/** Runs a command. Sets the exit code: 0 for success, 2 for a wrong command line or a program that cannot be looked at, 1 for any other failure. */
export async function main(argv: readonly string[]): Promise<void> {
  watchOutput();
  const [name = 'help', ...args] = argv;
  if (['help', '--help', '-h'].includes(name)) {
    print(help());
    return;
  }
  const command = commands.get(name);
  if (command === undefined) {
    printError(`skein expected a command, but got \`${name}\`.\n\n${help()}`);
    process.exitCode = 2;
    return;
  }
  try {
    const run = await command.load();
    await run(args);
  } catch (error) {
    printError(`skein ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof UsageError || error instanceof CannotAttachError ? 2 : 1;
  }
}

function help(): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `Usage: skein <command> [options]\n\n${lines.join('\n')}\n\n\`skein <command> --help\` tells more.`;
}
