/**
 * A query of PostgreSQL that is cancelled on the server.
 *
 * - A cancellation, also by a `timeout()`, has the server stop the query: `pg_cancel_backend()` by a second connection, as the first
 *   one is busy. Then the connection goes back to the pool; if the server does not reply, it is closed.
 * - A transaction is rolled back, whatever ends it.
 */

import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { CancelledError, fromPromise, timeout } from 'skein';

const cancelMs = 5000;

/** Gives a connection of the pool to `body`. It is closed, and not given back, if a query on it may still run. */
export async function connected<T>(
  pool: Pool,
  body: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await fromPromise(pool.connect());
  let broken: Error | undefined;
  try {
    return await body(client);
  } catch (error) {
    if (error instanceof NotStopped) broken = error;
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The server did not stop a query in time. */
export class NotStopped extends Error {}

/** Returns the rows of a query. If the task is cancelled, the server stops the query before the cancellation goes on. */
export async function query<Row extends QueryResultRow>(
  pool: Pool,
  client: PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const sent = client.query<Row>(text, [...values]);
  let isRunning = true;
  const over = sent
    .then(
      () => {},
      () => {},
    )
    .then(() => {
      isRunning = false;
    });
  try {
    return (await fromPromise(sent)).rows;
  } catch (error) {
    if (error instanceof CancelledError && isRunning) await stop(pool, client, over);
    throw error;
  }
}

/** Has the server stop what runs on a connection. @throws NotStopped */
async function stop(pool: Pool, client: PoolClient, over: Promise<void>): Promise<void> {
  const { processID } = client as PoolClient & { processID: number };
  try {
    await timeout(cancelMs, async () => {
      await fromPromise(pool.query('SELECT pg_cancel_backend($1)', [processID]));
      await fromPromise(over);
    });
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new NotStopped('the server did not stop the query', { cause: error });
  }
}

/** Runs `body` in a transaction. */
export async function transaction<T>(
  pool: Pool,
  body: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return await connected(pool, async (client) => {
    await query(pool, client, 'BEGIN');
    try {
      const result = await body(client);
      await query(pool, client, 'COMMIT');
      return result;
    } catch (error) {
      await query(pool, client, 'ROLLBACK');
      throw error;
    }
  });
}
