// What the scripts tell the person who runs them: one line a step, and what to do when a step fails.
import { spawn } from 'node:child_process';

/** A failure whose message is meant for the reader as it is, without a stack. */
export class SetupError extends Error {}

/** Prints one line of progress. */
export function say(line) {
	process.stdout.write(`${line}\n`);
}

/** Seconds since `start` (a `performance.now()`), for people. */
export function seconds(start) {
	return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** Runs one step of the set-up and says how long it took. */
export async function step(title, run) {
	const start = performance.now();
	process.stdout.write(`${title} ...`);
	try {
		const result = await run();
		process.stdout.write(` ${seconds(start)}\n`);
		return result;
	} catch (error) {
		process.stdout.write(' failed\n');
		throw error;
	}
}

/**
 * Runs a program and resolves to its output. Quiet unless `live`; VERBOSE=1 shows everything.
 * @throws SetupError with the last lines of output when it cannot start or exits other than 0
 */
export function runProgram(command, args, options = {}) {
	const { cwd, env = process.env, live = process.env.VERBOSE === '1' } = options;
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8');
			stream.on('data', text => {
				output += text;
				if (live) process.stdout.write(text);
			});
		}
		child.on('error', error => reject(new SetupError(`Cannot run ${command}: ${error.message}`)));
		child.on('close', (code, signal) => {
			if (code === 0) return resolve(output);
			const tail = live ? '' : `\n${output.trimEnd().split('\n').slice(-30).join('\n')}`;
			reject(new SetupError(`${[command, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}.${tail}`));
		});
	});
}

/** Runs a script's main function; a failure becomes a readable message and exit code 1. */
export async function main(run) {
	try {
		process.exitCode = (await run()) ?? 0;
	} catch (error) {
		process.stderr.write(`\n${error instanceof SetupError ? error.message : (error?.stack ?? error)}\n`);
		process.exitCode = 1;
	}
}
