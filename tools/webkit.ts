/**
 * The browser of vitest that is WebKit: WebKitGTK as it is installed, driven by its own WebDriver. vitest needs no more of a driver
 * than to open a page, which then asks for its tests.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { defineBrowserProvider } from '@vitest/browser';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';

/** How long the driver may take until it answers. */
const startMs = 20_000;

class WebKit implements BrowserProvider {
  readonly name = 'webkit-driver';
  readonly supportsParallelism = false;
  readonly #driver: string;
  readonly #sessions: string[] = [];
  #process: ChildProcess | undefined;
  #url = '';

  constructor(driver: string) {
    this.#driver = driver;
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_id: string, url: string): Promise<void> {
    if (this.#process === undefined) await this.#start();
    const { sessionId } = (await this.#ask('session', {
      capabilities: { alwaysMatch: { browserName: 'MiniBrowser' } },
    })) as { sessionId: string };
    this.#sessions.push(sessionId);
    await this.#ask(`session/${sessionId}/url`, { url });
  }

  async close(): Promise<void> {
    for (const id of this.#sessions.splice(0)) await this.#ask(`session/${id}`).catch(() => {});
    this.#kill();
    process.off('exit', this.#kill);
  }

  /** Ends the driver with all that it has started. */
  readonly #kill = (): void => {
    const group = this.#process?.pid;
    this.#process = undefined;
    if (group !== undefined) process.kill(-group);
  };

  /** Starts the driver, on a screen that nobody sees if there is no other. */
  async #start(): Promise<void> {
    const port = await freePort();
    const command = [this.#driver, `--port=${port}`];
    if (process.env['DISPLAY'] === undefined) command.unshift('xvfb-run', '--auto-servernum');
    const [file, ...args] = command as [string, ...string[]];
    this.#process = spawn(file, args, {
      stdio: 'ignore',
      detached: true,
      // In a container, or as root, its own sandbox cannot start.
      env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
    });
    process.once('exit', this.#kill);
    this.#url = `http://127.0.0.1:${port}`;
    const end = Date.now() + startMs;
    for (;;) {
      try {
        await fetch(`${this.#url}/status`);
        return;
      } catch (error) {
        if (Date.now() > end)
          throw new Error(`${command.join(' ')} did not start.`, { cause: error });
        await pause(100);
      }
    }
  }

  /** Sends a command to the driver; without a body it is one that deletes. */
  async #ask(path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.#url}/${path}`, {
      method: body === undefined ? 'DELETE' : 'POST',
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: { error?: string; message?: string } };
    if (response.ok) return value;
    throw new Error(`WebKit refused ${path}: ${value.error}. ${value.message}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** @param driver - The file of WebKitWebDriver. */
export function webkit(driver: string): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'webkit-driver',
    supportedBrowser: ['webkit'],
    options: {},
    providerFactory: () => new WebKit(driver),
  });
}
