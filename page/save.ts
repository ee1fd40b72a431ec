import type { Recording } from '../src/inspect/recorder/recording.ts';
import { partsOf } from '../src/inspect/recorder/recording-file.ts';

/** Gives the recording to the user as a file, which `skein open` shows. It does not leave this machine. */
export async function save(recording: Recording): Promise<void> {
  const { header, body } = partsOf(recording);
  const zipped = new Blob([body]).stream().pipeThrough(new CompressionStream('gzip'));
  const file = new Blob([`${header}\n`, await new Response(zipped).blob()]);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  const { name, pid } = recording.program;
  link.download = `${name.replace(/\.\w+$/, '') || 'program'}-${pid}.skein`;
  link.click();
  URL.revokeObjectURL(link.href);
}
