/** A module that nobody gave to `serve()`. */
import { declareFunctions } from 'skein/executors';

export const { forgotten } = declareFunctions(import.meta.url, { forgotten: () => 'found' });
