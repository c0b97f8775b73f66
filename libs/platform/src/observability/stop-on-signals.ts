/** What is still running after this long is cut off; it is found and finished at the next start, as after a crash. */
const patienceMs = 15_000;

/**
 * Stops the program at SIGTERM or SIGINT and ends it with code 0 (1, when stopping failed or took too long). Nest's own shutdown hooks would end
 * the process by the signal before what the shop stands on is stopped. Repeated signals, as a terminal and npm send them, change nothing.
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  const end = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => exit('It took too long to stop.'), patienceMs).unref();
    try {
      await stop();
      exit();
    } catch (error) {
      exit(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
}

function exit(problem?: string): void {
  if (problem) process.stderr.write(`${problem}\n`);
  process.exit(problem ? 1 : 0);
}
