/** The same functions as workerpool wants them. */
import workerpool from 'workerpool';
import * as work from './work.mjs';

workerpool.worker({ ...work });
