/** The same functions as poolifier wants them. */
import { ThreadWorker } from 'poolifier';
import * as work from './work.mjs';

const functions = Object.entries(work).map(([name, fn]) => [name, (args) => fn(...args)]);
export default new ThreadWorker(Object.fromEntries(functions));
