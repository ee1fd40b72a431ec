/** Exports of `skein/inspect`: what tells of the tasks of a running program. */
export { addInstrument } from './instruments/add-instrument.ts';
export type { Instrument, JobEvent, WorkerEvent } from './instruments/instrument.ts';
