/** From an error to one clear line on stderr and an exit code. A stack is shown only when CARDHOUSE_DEBUG is set. */
import { CommanderError } from 'commander';
import { createColors } from 'picocolors';

/** Exit code after a clean stop by SIGINT or SIGTERM. */
export const interruptedCode = 130;

/**
 * Says what went wrong.
 *
 * @returns exit code: 2 for bad input, 1 for anything else, 0 when commander only showed help or the version
 */
export function fail(error: unknown): number {
  if (error instanceof CommanderError) {
    // commander has no code of its own for "no verb given": it prints the help and calls that an error
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return 2;
    tell('SpecError', usageLine(error.message));
    return 2;
  }
  if (process.env['CARDHOUSE_DEBUG']) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  if (!(error instanceof Error)) {
    tell('Error', String(error));
    return 1;
  }
  const known = 'exitCode' in error && typeof error.exitCode === 'number';
  const fromSystem = 'syscall' in error;
  tell(
    error.name,
    known || fromSystem ? error.message : `${error.message} (a fault of Cardhouse: CARDHOUSE_DEBUG=1 shows where)`,
  );
  return known ? (error.exitCode as number) : 1;
}

/** `error: unknown option '--sed'⏎(Did you mean --seed?)` in the words of this project. */
function usageLine(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/'([^']*)'/g, '"$1"')
    .replace(/\s*\n\(Did you mean (.*?)\?\)/s, '; did you mean "$1"?');
}

/** Colours for a terminal only: a log of CI is not one, though colour libraries think so. */
export function colored(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'];
}

function tell(name: string, message: string): void {
  const { red } = createColors(colored(process.stderr));
  process.stderr.write(`${red(name)}: ${message}\n`);
}
