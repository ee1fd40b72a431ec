/** Exports of `skein/inspect`: what tells of the tasks of a running program, and what records them. */

export { publishToChannels } from './exports/channels.ts';
export { type DevToolsOptions, showInDevTools } from './exports/dev-tools.ts';
export { collectMetrics, type Metrics, type MetricsCollector } from './exports/metrics.ts';
export { toPerfetto } from './exports/to-perfetto.ts';
export { addInstrument } from './instruments/add-instrument.ts';
export type { Instrument, JobEvent, WorkerEvent } from './instruments/instrument.ts';
export { type FlightRecorderOptions, flightRecorder } from './recorder/flight-recorder.ts';
export { type Recorder, type RecordOptions, recordTasks } from './recorder/record-tasks.ts';
export {
  type ExplainedRow,
  type Lost,
  type RecordedExplanation,
  type RecordedHolders,
  type RecordedJob,
  type RecordedMark,
  type RecordedObject,
  type RecordedSteps,
  type RecordedTask,
  type Recording,
  readNext,
  type StepKind,
  stepKinds,
} from './recorder/recording.ts';
export { encodeRecording, readRecording } from './recorder/recording-file.ts';
export { type WrittenRecording, writeRecording } from './recorder/write-recording.ts';
