/** Prints a line for the user. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * Hears of what cannot be written. A reader may have seen enough, as `head` does: then the rest is dropped, and the command ends as it
 * would have. Anything else, such as a full disk, is told.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    printError(`skein: the output could not be written: ${error.message}`);
    process.exitCode = 1;
  });
  process.stderr.on('error', () => {
    // There is no place left to tell it.
  });
}
