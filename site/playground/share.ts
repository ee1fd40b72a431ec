/** A program in the address of the page, after the `#`, which no browser sends to a host. */

const version = '1.';
/** A link longer than this is cut off in many mails and chats. */
export const longLink = 8000;
const longestLink = 32_000;
/** What a link may unpack to. */
const longestProgram = 64_000;

export async function toHash(program: string): Promise<string> {
  const packed = new Blob([program]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const text = btoa(String.fromCharCode(...bytes));
  const hash = `#${version}${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  if (hash.length > longestLink) throw new RangeError('The program is too long for a link.');
  return hash;
}

/** The program of a link; undefined if there is none, or none that can be read. */
export async function fromHash(hash: string): Promise<string | undefined> {
  if (!hash.startsWith(`#${version}`) || hash.length > longestLink) return undefined;
  try {
    const text = atob(
      hash
        .slice(1 + version.length)
        .replaceAll('-', '+')
        .replaceAll('_', '/'),
    );
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return await readAtMost(unpacked, longestProgram);
  } catch {
    return undefined;
  }
}

async function readAtMost(stream: ReadableStream<Uint8Array>, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
    if (text.length > most) {
      await reader.cancel();
      throw new RangeError('The program of the link is too long.');
    }
  }
}
