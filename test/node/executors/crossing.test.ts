import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { crossingContract } from '../../contracts/crossing.contract.ts';

crossingContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1, grace: 20 }));
crossingContract(
  'ProcessPoolExecutor',
  () => new ProcessPoolExecutor({ maxWorkers: 1, grace: 20 }),
);
crossingContract('InlineExecutor', () => new InlineExecutor());
