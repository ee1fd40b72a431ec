/**
 * A gate that holds a worker's thread still: the test hears when the job stands before it, and opens it.
 *
 * The job is blocked for real, so that nothing else can happen in that worker meanwhile.
 */
export class Gate {
  static #made = 0;
  /** What the job is given. */
  readonly pass: { channel: string; word: Int32Array };
  /** Settles once the job stands before the gate. */
  readonly reached: Promise<void>;

  constructor() {
    this.pass = {
      channel: `gate-${process.pid}-${++Gate.#made}`,
      word: new Int32Array(new SharedArrayBuffer(4)),
    };
    const channel = new BroadcastChannel(this.pass.channel);
    this.reached = new Promise((resolve) => {
      channel.onmessage = () => {
        channel.close();
        resolve();
      };
    });
  }

  open(): void {
    Atomics.store(this.pass.word, 0, 1);
    Atomics.notify(this.pass.word, 0);
  }
}

/** Sent by source: stands before the gate until it is open. */
export function hold(pass: Gate['pass']): string {
  const channel = new BroadcastChannel(pass.channel);
  channel.postMessage('here');
  Atomics.wait(pass.word, 0, 0);
  channel.close();
  return 'held';
}
