/** A network between two programs, which can fail. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Network {
  /** The port of the server. Connections that are there stay with the one before. */
  to: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  port = 0;
  /** True while no connection is taken. */
  isDown = false;
  /** True while what the server says is thrown away. */
  dropsReplies = false;
  /** Changes what the server says. */
  rewrites: (said: Buffer) => Buffer = (said) => said;
  /** True while what the clients say is kept back. */
  holdsRequests = false;
  /** The next connection whose client says this stands still from then on, in both directions, and is not cut. */
  freezesAt: string | undefined;
  readonly #held: (() => void)[] = [];

  constructor(to: number) {
    this.to = to;
    this.#server = createServer((client) => this.#join(client));
  }

  static async start(to: number): Promise<Network> {
    const network = new Network(to);
    await new Promise<void>((resolve) => network.#server.listen(0, '127.0.0.1', resolve));
    const address = network.#server.address();
    network.port = typeof address === 'object' && address !== null ? address.port : 0;
    return network;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The number of connections that are open. */
  get connections(): number {
    return this.#pairs.size;
  }

  #join(client: Socket): void {
    client.on('error', () => {});
    if (this.isDown) {
      client.destroy();
      return;
    }
    const server = connect(this.to, '127.0.0.1');
    server.on('error', () => {});
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    let isFrozen = false;
    client.on('data', (data) => {
      if (this.freezesAt !== undefined && data.includes(this.freezesAt)) {
        isFrozen = true;
        this.freezesAt = undefined;
      }
      if (isFrozen) return;
      if (this.holdsRequests) this.#held.push(() => server.write(data));
      else server.write(data);
    });
    server.on('data', (data) => {
      if (!this.dropsReplies && !isFrozen) client.write(this.rewrites(data));
    });
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    client.on('close', end);
    server.on('close', end);
  }

  /** Cuts all connections at the side of the clients. What they have said may still arrive. */
  cutClients(): void {
    this.holdsRequests = false;
    for (const [client] of this.#pairs) {
      client.removeAllListeners('close');
      client.destroy();
    }
  }

  /** What was kept back arrives. */
  deliver(): void {
    for (const write of this.#held.splice(0)) write();
  }

  /** Cuts all connections. New ones are taken. */
  cut(): void {
    for (const [client, server] of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  down(): void {
    this.isDown = true;
    this.cut();
  }

  up(): void {
    this.isDown = false;
  }

  async stop(): Promise<void> {
    this.down();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
