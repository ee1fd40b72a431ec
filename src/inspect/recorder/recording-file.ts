/**
 * A recording as a file: a line of JSON, then a gzip of columns and JSON.
 *
 * ```text
 * {"skein":"recording","version":1,"timeOrigin":…,"began":…,"ended":…,"program":{…},"iterations":{…},"lost":{…},
 *  "parts":[{"name":"begin","type":"f64","length":…},{"name":"took","type":"f32",…},{"name":"task","type":"u32",…},
 *           {"name":"next","type":"u32",…},{"name":"tables","type":"json","length":<bytes>}]}\n
 * <gzip of all parts, one after the other, little-endian>
 * ```
 *
 * `tables` is the JSON of `{ tasks, objects, marks, jobs }`, in UTF-8. A reader passes over parts that it does not know, and refuses a version
 * that it does not know: what only adds keeps the version.
 */
import type { RecordedSteps, Recording } from './recording.ts';

const newline = 10;

interface Part {
  readonly name: string;
  readonly type: 'f64' | 'f32' | 'u32' | 'json';
  /** Of a column the number of rows, of JSON the number of bytes. */
  readonly length: number;
}

type Header = Omit<Recording, 'tasks' | 'objects' | 'steps' | 'marks' | 'jobs'> & {
  readonly skein: 'recording';
  readonly parts: readonly Part[];
};

const bytesOf = { f64: 8, f32: 4, u32: 4, json: 1 } as const;

interface Zlib {
  gzipSync(bytes: Uint8Array): Uint8Array;
}

/** The gzip of Node, Deno and Bun, which works at once: a recording may have to be written while the program ends. */
function zlib(): Zlib {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.('node:zlib') as Zlib | undefined;
  if (found === undefined)
    throw new Error('There is no `node:zlib` here: recordings are written in Node, Deno and Bun.');
  return found;
}

/** `Uint8Array<ArrayBuffer>`, which TypeScript 5.6 has no name for. */
type Bytes = ReturnType<Uint8Array['slice']>;

function joined(chunks: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** The two parts of a file: the first line, and what the gzip has. */
export function partsOf(recording: Recording): {
  readonly header: string;
  readonly body: Bytes;
} {
  const { tasks, objects, steps, marks, jobs, ...head } = recording;
  const tables = new TextEncoder().encode(JSON.stringify({ tasks, objects, marks, jobs }));
  const { length } = steps;
  const header: Header = {
    skein: 'recording',
    ...head,
    parts: [
      { name: 'begin', type: 'f64', length },
      { name: 'took', type: 'f32', length },
      { name: 'task', type: 'u32', length },
      { name: 'next', type: 'u32', length },
      { name: 'tables', type: 'json', length: tables.length },
    ],
  };
  const columns = [steps.begin, steps.took, steps.task, steps.next].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return { header: JSON.stringify(header), body: joined([...columns, tables]) };
}

/** Returns the bytes of a file that has the recording. Throws an Error in a page: it has no `node:zlib`. */
export function encodeRecording(recording: Recording): Bytes {
  const { header, body } = partsOf(recording);
  return joined([new TextEncoder().encode(`${header}\n`), zlib().gzipSync(body)]);
}

function notRecording(why: string): TypeError {
  return new TypeError(
    `\`readRecording()\` expected a recording of skein, but ${why}. Write one with \`writeRecording()\` or \`skein trace\`.`,
  );
}

function headerOf(bytes: Uint8Array): { header: Header; end: number } {
  const end = bytes.indexOf(newline);
  let header: Partial<Header> | null = null;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, Math.max(end, 0))));
  } catch {
    // Refused below.
  }
  if (header?.skein !== 'recording') throw notRecording('its first line is something else');
  if (header.version !== 1) {
    throw notRecording(
      `it is of version ${header.version}, and this package reads version 1: update it`,
    );
  }
  return { header: header as Header, end };
}

async function unzipped(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Reads a recording, in every host.
 *
 * @param bytes - The file.
 * @throws TypeError when it is no recording, or one of a later version, or damaged.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 * import { encodeRecording, readRecording, recordTasks } from 'skein/inspect';
 *
 * using recorder = recordTasks();
 * await run(async () => {
 *   await sleep(1);
 * });
 * const { tasks } = await readRecording(encodeRecording(recorder.take()));
 * tasks.map(({ outcome }) => outcome); // => ['finished']
 * ```
 */
export async function readRecording(bytes: Uint8Array): Promise<Recording> {
  if (!(bytes instanceof Uint8Array)) throw notRecording('it got no bytes (a `Uint8Array`)');
  const { header, end } = headerOf(bytes);
  const { skein: _, parts, ...head } = header;
  let body: Bytes;
  try {
    body = await unzipped(bytes.slice(end + 1) as Bytes);
  } catch {
    throw notRecording('its end is missing or damaged');
  }
  const found = new Map<string, Bytes>();
  let at = 0;
  for (const { name, type, length } of parts) {
    const size = length * bytesOf[type];
    if (!(at + size <= body.length)) throw notRecording('its end is missing or damaged');
    found.set(name, body.slice(at, at + size));
    at += size;
  }
  const part = (name: string): Bytes => {
    const bytes = found.get(name);
    if (bytes === undefined) throw notRecording(`its part \`${name}\` is missing`);
    return bytes;
  };
  const begin = new Float64Array(part('begin').buffer);
  const steps: RecordedSteps = {
    length: begin.length,
    begin,
    took: new Float32Array(part('took').buffer),
    task: new Uint32Array(part('task').buffer),
    next: new Uint32Array(part('next').buffer),
  };
  const tables = JSON.parse(new TextDecoder().decode(part('tables'))) as Pick<
    Recording,
    'tasks' | 'objects' | 'marks' | 'jobs'
  >;
  return { ...head, ...tables, steps };
}
