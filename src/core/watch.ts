/** `on`: true once any loop was in debug mode. Read for each library coroutine, so it must be cheap. */
export const watch: { on: boolean } = { on: false };
