/** A worker that the program starts itself. */
import { serve } from '../../../dist/node/worker.js';
import * as work from './work.mjs';

serve(work);
