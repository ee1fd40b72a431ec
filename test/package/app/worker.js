import { serve } from 'skein/executors/worker';
import * as work from './work.js';

serve(work);
