/** A process cannot be looked at. The message says why, and what to do. The command ends with exit code 2. */
export class CannotAttachError extends Error {}
