import { once } from 'node:events';
import { join } from 'node:path';
import { runProgram } from './program';

/** Entry of the command line, built to out/cli.js: connects the program to this process and ends it. */
async function main(): Promise<void> {
	const interruption = new AbortController();
	const interrupt = (): void => interruption.abort();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, interrupt);
	// Whoever read the results is gone (`| head -1`): the rest of the work is for nobody.
	process.stdout.on('error', interrupt);
	const status = await runProgram(process.argv.slice(2), {
		root: join(__dirname, '..'),
		cwd: process.cwd(),
		input: process.stdin,
		write: async text => {
			if (!process.stdout.write(text) && !interruption.signal.aborted)
				await once(process.stdout, 'drain', { signal: interruption.signal });
		},
		writeLog: text => void process.stderr.write(text),
		signal: interruption.signal,
	});
	process.exitCode = status;
	// Standard input may still be open, and a pipe takes its time: leave when everything is written.
	process.stdout.write('', () => process.exit(status));
}

void main();
