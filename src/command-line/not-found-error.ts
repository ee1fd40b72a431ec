/** The process, the task, or skein in the process is not there. The command ends with exit code 1. */
export class NotFoundError extends Error {}
