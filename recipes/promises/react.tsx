/** What `react.tsx` and `search.ts` do, with promises and signals only: here to be compared. It passes the same tests. */
import { type DependencyList, StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { TaskState } from '../react.tsx';

export function useWork<T>(
  work: (signal: AbortSignal) => Promise<T>,
  inputs: DependencyList,
): TaskState<T> {
  const [state, setState] = useState<TaskState<T>>({ pending: true });
  useEffect(() => {
    setState(({ value }) => ({ pending: true, value }));
    const gone = new AbortController();
    work(gone.signal).then(
      (value) => {
        if (!gone.signal.aborted) setState({ pending: false, value });
      },
      (error: unknown) => {
        if (!gone.signal.aborted) setState({ pending: false, error });
      },
    );
    return () => gone.abort();
    // biome-ignore lint/correctness/useExhaustiveDependencies: `inputs` are those of `work`.
  }, inputs);
  return state;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave, { once: true });
  });
}

async function search(text: string, signal: AbortSignal): Promise<string[]> {
  if (text === '') return [];
  await pause(100, signal);
  const url = `/search?text=${encodeURIComponent(text)}`;
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()) as string[];
}

function TypeAhead() {
  const [text, setText] = useState('');
  const { pending, value = [], error } = useWork((signal) => search(text, signal), [text]);
  return (
    <>
      <input value={text} onChange={({ target }) => setText(target.value)} />
      <output>{error !== undefined ? String(error) : pending ? '…' : value.join(' ')}</output>
    </>
  );
}

/** Shows it in an element, and returns what takes it away. */
export function show(element: Element): () => void {
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <TypeAhead />
    </StrictMode>,
  );
  return () => root.unmount();
}
