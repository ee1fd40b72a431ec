/** A module that nobody gave to `serve()`. */
import { task } from 'skein/executors';

export const { forgotten } = task(import.meta.url, { forgotten: () => 'found' });
