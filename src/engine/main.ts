import { Worker } from 'node:worker_threads';
import { type FromEngine } from '../protocol';
import { parentChannel } from './parentChannel';
import { serve } from './serve';

/** The engine process: started with `fork`, speaks engineProtocol over its IPC channel and ends with its parent. */
function main(): void {
	process.title = 'inkling-engine';
	endWithParent();
	const channel = parentChannel<FromEngine>();
	// A failure nobody caught leaves unknown state behind; the parent starts a fresh process.
	const die = (error: unknown): void => {
		const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
		process.stderr.write(`inkling-engine: ${text}\n`, () => process.exit(70));
	};
	process.on('uncaughtException', die);
	process.on('unhandledRejection', die);
	serve(channel, { now: () => performance.now() });
}

/** 'disconnect' is not noticed while native code runs, which may be for seconds; a thread that only looks for the parent is.
 * It holds no native code of ours, so ending the process under it is safe. */
function endWithParent(): void {
	process.on('disconnect', () => process.exit(0));
	new Worker(watchParent, { eval: true, workerData: process.ppid, stdout: false, stderr: false }).unref();
}

const watchParent = `
const { workerData: parent } = require('node:worker_threads');
const isGone = () => {
	if (process.ppid !== parent) return true;
	try { process.kill(parent, 0); return false; } catch (error) { return error.code === 'ESRCH'; }
};
setInterval(() => { if (isGone()) process.kill(process.pid, 'SIGKILL'); }, 1000);
`;

main();
