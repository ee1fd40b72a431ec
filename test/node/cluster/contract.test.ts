/** A ClusterExecutor is an executor as any other, whatever its engine. */
import type { InlineExecutor } from 'skein/executors';
import { executorContract, written } from '../../contracts/executor.contract.ts';
import * as work from '../executors/fixtures/work.mjs';
import { declared, overEachEngine } from './engines.ts';

const served = [work, declared(written)];

overEachEngine((name, clusters) => {
  executorContract(name, () => clusters.create(served) as unknown as InlineExecutor, {
    byNameOnly: true,
  });
});
