import { Worker } from 'node:worker_threads';
import { toDisposable } from '../base';
import { type Channel, type FromEngine } from '../protocol';
import { serve } from './serve';

/** The engine process: started with `fork`, speaks engineProtocol over its IPC channel and ends with its parent. */
function main(): void {
	process.title = 'inkling-engine';
	endWithParent();
	const channel = parentChannel();
	// A failure nobody caught leaves unknown state behind; the parent starts a fresh process.
	const die = (error: unknown): void => {
		const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
		process.stderr.write(`inkling-engine: ${text}\n`, () => process.exit(70));
	};
	process.on('uncaughtException', die);
	process.on('unhandledRejection', die);
	serve(channel, { now: () => performance.now() });
}

function parentChannel(): Channel<FromEngine, unknown> {
	return {
		send: message => {
			// The parent may be gone already; 'disconnect' then ends this process.
			if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
		},
		onMessage: listener => {
			process.on('message', listener);
			return toDisposable(() => process.off('message', listener));
		},
		onClose: listener => {
			const closed = (): void => listener('the parent process has gone');
			process.on('disconnect', closed);
			return toDisposable(() => process.off('disconnect', closed));
		},
	};
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
