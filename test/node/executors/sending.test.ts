import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { sendingContract } from '../../contracts/sending.contract.ts';

sendingContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1, grace: 20 }));
sendingContract('ProcessPoolExecutor', () => new ProcessPoolExecutor({ maxWorkers: 1, grace: 20 }));
sendingContract('InlineExecutor', () => new InlineExecutor());
