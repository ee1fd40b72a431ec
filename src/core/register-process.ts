/** Registers what needs a process: its end, its signals, and its exit code. */
import './shared-scopes.ts';
import { countLost, isExiting, setCodeOfUncaught } from './exit-code.ts';
import { onDrained, onExit } from './program-end.ts';
import { seams } from './seams.ts';
import { freeSignals, onSignals } from './signals.ts';

seams.process = {
  countLost,
  freeSignals,
  isExiting,
  onDrained,
  onExit,
  onSignals,
  setCodeOfUncaught,
};
