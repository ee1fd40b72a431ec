import { ThreadPoolExecutor } from 'skein/executors';
import { executorContract } from '../../contracts/executor.contract.ts';
import { mapInputsContract } from '../../contracts/map-inputs.contract.ts';
import { mapResultsContract } from '../../contracts/map-results.contract.ts';
import { progressContract } from '../../contracts/progress.contract.ts';
import { streamContract } from '../../contracts/stream.contract.ts';
import { workerPoolContract } from '../../contracts/worker-pool.contract.ts';

executorContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
workerPoolContract('ThreadPoolExecutor', (options) => new ThreadPoolExecutor(options), {
  seesCancelling: crossOriginIsolated,
});
streamContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
progressContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
mapInputsContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
mapResultsContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
