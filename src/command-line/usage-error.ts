/** The command line is wrong. The message says what was expected. */
export class UsageError extends Error {}
