import workerpool from 'workerpool';

const move = (bytes) => new workerpool.Transfer(bytes, [bytes.buffer]);
workerpool.worker({ move });
