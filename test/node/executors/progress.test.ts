import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { progressContract } from '../../contracts/progress.contract.ts';

progressContract('InlineExecutor', () => new InlineExecutor());
progressContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
progressContract('ProcessPoolExecutor', () => new ProcessPoolExecutor({ maxWorkers: 1 }));
