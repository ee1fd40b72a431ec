/** Registers Ctrl-C, SIGTERM and the exit code, for `run()`. */
import { setCodeOfUncaught } from './exit-code.ts';
import { seams } from './seams.ts';
import { freeSignals, onSignals } from './signals.ts';

seams.signals = { freeSignals, onSignals, setCodeOfUncaught };
