/**
 * Pools start Web Workers of the package's own module, which has no address here. Such a worker begins with a script made of the package
 * instead. All others begin as they are told.
 */
export function startPoolWorkersFrom(library: string): void {
  const HostWorker = Worker;
  const serving = `${library}\nSK.listenInWebWorker(SK.webWorkerScope());`;
  let address: string | undefined;
  globalThis.Worker = class extends HostWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      if (!String(url).includes('web-worker-main')) {
        super(url, options);
        return;
      }
      address ??= URL.createObjectURL(new Blob([serving], { type: 'text/javascript' }));
      super(address, options?.name === undefined ? {} : { name: options.name });
    }
  };
}
