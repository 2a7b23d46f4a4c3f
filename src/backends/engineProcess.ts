import { fork, type ChildProcess } from 'node:child_process';
import { toDisposable, type Disposable, type Log } from '../base';
import { type Channel, type ToEngine } from '../protocol';

/** A process of ours: its channel and a way to end it. */
export interface OwnProcess<Sent> extends Disposable {
	readonly pid: number | undefined;
	readonly channel: Channel<Sent, unknown>;
	/** Ends the process at once, whatever it is doing. It keeps nothing that needs saving. */
	dispose(): void;
}

/** A running engine. */
export interface EngineProcess extends OwnProcess<ToEngine> {
	/** Ends it for everybody, where `dispose` only leaves what others use too. */
	kill?(): void;
}

/** Most characters of the process's own error output that are logged: native code can print without end. */
const mostErrorOutput = 64 * 1024;

/** Starts the engine bundle as a child process. Native code never runs in the extension host (see ARCHITECTURE.md). */
export function startEngineProcess(entry: string, log: Log): EngineProcess {
	return startOwnProcess<ToEngine>(entry, log);
}

/** Starts a bundle as a child process. */
export function startOwnProcess<Sent extends object>(entry: string, log: Log): OwnProcess<Sent> {
	const child = fork(entry, [], {
		env: engineEnvironment(process.env, process.platform),
		// The host may run with a debugger or loaders; none of that is meant for the engine.
		execArgv: [],
		serialization: 'advanced',
		stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
		windowsHide: true,
	});
	logErrorOutput(child, log);
	return { pid: child.pid, channel: childChannel(child), dispose: () => void child.kill('SIGKILL') };
}

/**
 * The environment of the engine: as the host's, but plain Node without its options, with large pages for the weights, and
 * without ONNX Runtime's reports to its makers.
 */
export function engineEnvironment(host: NodeJS.ProcessEnv, platform: NodeJS.Platform): NodeJS.ProcessEnv {
	return {
		...host,
		NODE_OPTIONS: undefined,
		ELECTRON_RUN_AS_NODE: '1',
		ORT_DISABLE_TELEMETRY: '1',
		...(platform === 'linux' ? { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' } : {}),
	};
}

function childChannel<Sent extends object>(child: ChildProcess): Channel<Sent, unknown> {
	let closed: string | undefined;
	const closeListeners = new Set<(reason: string) => void>();
	const close = (reason: string): void => {
		if (closed !== undefined) return;
		closed = reason;
		for (const listener of [...closeListeners]) listener(reason);
	};
	child.on('exit', (code, signal) => close(signal ? `it was ended by ${signal}` : `it ended with code ${code ?? -1}`));
	child.on('error', error => close(`it could not run: ${error.message}`));
	return {
		send: message => {
			if (closed === undefined && child.connected) child.send(message, error => error && close(error.message));
		},
		onMessage: listener => {
			child.on('message', listener);
			return toDisposable(() => child.off('message', listener));
		},
		onClose: listener => {
			closeListeners.add(listener);
			if (closed !== undefined) listener(closed);
			return toDisposable(() => closeListeners.delete(listener));
		},
	};
}

function logErrorOutput(child: ChildProcess, log: Log): void {
	let rest = mostErrorOutput;
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		if (rest <= 0) return;
		const part = text.slice(0, rest);
		rest -= part.length;
		log.warn(`Engine process: ${part.trimEnd()}${rest <= 0 ? ' ... (no more is logged)' : ''}`);
	});
}
