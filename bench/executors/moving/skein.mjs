import { transfer } from '../../../dist/executors/index.js';

export const move = (bytes) => transfer(bytes, [bytes.buffer]);
