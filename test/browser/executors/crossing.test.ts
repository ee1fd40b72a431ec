import { ThreadPoolExecutor } from 'skein/executors';
import { contextContract } from '../../contracts/context.contract.ts';
import { crossingContract } from '../../contracts/crossing.contract.ts';
import { transferContract } from '../../contracts/transfer.contract.ts';
import { valuesContract } from '../../contracts/values.contract.ts';

const workers = () => new ThreadPoolExecutor({ maxWorkers: 1, grace: 20 });

crossingContract('ThreadPoolExecutor', workers);
// It shares memory, too.
if (crossOriginIsolated) transferContract('ThreadPoolExecutor', workers);
contextContract('ThreadPoolExecutor', workers);
valuesContract('ThreadPoolExecutor', workers);
