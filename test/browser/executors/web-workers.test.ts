import { ThreadPoolExecutor } from 'skein/executors';
import { executorContract } from '../../contracts/executor.contract.ts';

executorContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
