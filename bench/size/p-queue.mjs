import PQueue from 'p-queue';

const queue = new PQueue();
const wait = (ms) => new Promise((resolve) => void setTimeout(resolve, ms));
await queue.addAll([1, 2].map((ms) => () => wait(ms)));
