/** The same functions as workerpool wants them. */
import workerpool from 'workerpool';
import * as work from './work.mjs';

const { add, echo, fibonacci, hold } = work;
workerpool.worker({ add, echo, fibonacci, hold });
