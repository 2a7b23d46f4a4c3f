import { Worker } from 'node:worker_threads';
import { type FromEngine } from '../protocol';
import { parentChannel } from './parentChannel';
import { serve } from './serve';
import { serveWindows } from './serveWindows';

/** The engine process, started with `fork`: speaks engineProtocol over its IPC channel and ends with its parent; or, given a record
 * file and a socket, serves any number of windows over that and ends with the last of them. */
function main(): void {
	process.title = 'inkling-engine';
	// A failure nobody caught leaves unknown state behind; the other side starts a fresh process.
	process.on('uncaughtException', die);
	process.on('unhandledRejection', die);
	const [record, socket] = process.argv.slice(2);
	if (record !== undefined && socket !== undefined) {
		// Whoever started it waits for a word, and may then go.
		serveWindows({ record, socket }, () => process.exit(0)).then(() => process.send?.('ready'), die);
		return;
	}
	endWithParent();
	serve(parentChannel<FromEngine>(), { now: () => performance.now() });
}

function die(error: unknown): void {
	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	process.stderr.write(`inkling-engine: ${text}\n`, () => process.exit(70));
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
