import { InlineExecutor, ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';
import { contextContract } from '../../contracts/context.contract.ts';
import { crossingContract } from '../../contracts/crossing.contract.ts';
import { mapChunksContract } from '../../contracts/map-chunks.contract.ts';
import { transferContract } from '../../contracts/transfer.contract.ts';
import { valuesContract } from '../../contracts/values.contract.ts';

const threads = (options = {}) => new ThreadPoolExecutor({ maxWorkers: 1, grace: 200, ...options });
const processes = (options = {}) =>
  new ProcessPoolExecutor({ maxWorkers: 1, grace: 200, ...options });
const inline = () => new InlineExecutor();

crossingContract('ThreadPoolExecutor', threads);
crossingContract('ProcessPoolExecutor', processes);
crossingContract('InlineExecutor', inline);

transferContract('ThreadPoolExecutor', threads);
transferContract('ProcessPoolExecutor', processes, true);
transferContract('InlineExecutor', inline);

contextContract('ThreadPoolExecutor', threads);
contextContract('ProcessPoolExecutor', processes);
contextContract('InlineExecutor', inline);

mapChunksContract('ThreadPoolExecutor', threads);
mapChunksContract('ProcessPoolExecutor', processes);
mapChunksContract('InlineExecutor', inline);

valuesContract('ThreadPoolExecutor', threads);
valuesContract('ProcessPoolExecutor', processes, { toProcesses: true });
valuesContract('InlineExecutor', inline);
