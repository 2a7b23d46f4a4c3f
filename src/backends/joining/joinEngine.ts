import { fork, type ChildProcess } from 'node:child_process';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { type ToEngine } from '../../protocol';
import {
	errorsFile,
	helloLimitMs,
	isWelcome,
	maxHelloBytes,
	readEngineRecord,
	removeEngineRecord,
	sharingVersion,
	SocketChannel,
	type EngineRecord,
	type Hello,
} from '../../sharing';
import { engineEnvironment } from '../engineProcess';
import { isAlive, takeLock } from './electionLock';
import { type SharedPlace } from './sharedPlace';

/** A place in an engine that others may use too. */
export interface Membership {
	readonly pid: number;
	readonly channel: SocketChannel<ToEngine>;
}

/** Finding or starting an engine takes less than this on a slow machine, in milliseconds. */
const joinLimitMs = 30_000;
const startLimitMs = 20_000;
const lookAgainMs = 50;

/** Joins the engine that runs at this place, or starts it when none does and nobody else is about to.
 * @throws Error when neither can be done in time */
export async function joinEngine(place: SharedPlace, entry: string): Promise<Membership> {
	const endsAt = performance.now() + joinLimitMs;
	while (performance.now() < endsAt) {
		const joined = (await joinRunning(place)) ?? (await joinStarted(place, entry));
		if (joined) return joined;
		await new Promise(resolve => setTimeout(resolve, lookAgainMs));
	}
	throw new Error(`no engine could be joined within ${joinLimitMs / 1000} s`);
}

async function joinRunning({ record }: SharedPlace): Promise<Membership | undefined> {
	const found = await readEngineRecord(record);
	return found && sayHello(found);
}

/** Undefined while somebody else is starting one. */
async function joinStarted(place: SharedPlace, entry: string): Promise<Membership | undefined> {
	const release = await takeLock(place.lock);
	if (!release) return undefined;
	try {
		// It may have been started while this one waited for the lock.
		const running = await joinRunning(place);
		if (running) return running;
		await removeLeftovers(place);
		await startEngine(place, entry);
		return await joinRunning(place);
	} finally {
		await release();
	}
}

/** Of engines that were killed: the one that was here, and others of models or builds that nobody may ask for again. */
async function removeLeftovers({ record }: SharedPlace): Promise<void> {
	const folder = dirname(record);
	for (const name of await readdir(folder)) {
		const file = join(folder, name);
		const old = name.endsWith('.json') ? await readEngineRecord(file) : undefined;
		if (old && (file === record || !isAlive(old.pid))) await removeEngineRecord(file, old);
	}
	// Where it could not even be read.
	await rm(record, { force: true });
}

/** Starts an engine, which does not end with this process; resolves when it can be joined. @throws Error with what it printed */
async function startEngine({ record, socket }: SharedPlace, entry: string): Promise<void> {
	const errors = errorsFile(record);
	const output = await open(errors, 'w', 0o600);
	const child = fork(entry, [record, socket], {
		env: engineEnvironment(process.env, process.platform),
		execArgv: [],
		stdio: ['ignore', 'ignore', output.fd, 'ipc'],
		windowsHide: true,
	});
	try {
		await untilReady(child);
	} catch (error) {
		child.kill('SIGKILL');
		const printed = await readFile(errors, 'utf8').catch(() => '');
		throw new Error(`${String(error)} ${printed.slice(0, 2000)}`.trim(), { cause: error });
	} finally {
		if (child.connected) child.disconnect();
		child.unref();
		await output.close();
	}
}

function untilReady(child: ChildProcess): Promise<void> {
	return new Promise((resolve, reject) => {
		const limit = setTimeout(() => reject(new Error('the engine did not get ready')), startLimitMs);
		const end = (settle: () => void): void => {
			clearTimeout(limit);
			settle();
		};
		child.once('message', () => end(resolve));
		child.once('error', error => end(() => reject(error)));
		child.once('exit', code => end(() => reject(new Error(`the engine ended with code ${code ?? -1}`))));
	});
}

/** Undefined where nobody answers, or not as one of ours does. */
function sayHello({ socket: path, token }: EngineRecord): Promise<Membership | undefined> {
	return new Promise(resolve => {
		const socket = connect({ path });
		const channel = new SocketChannel<Hello | ToEngine>(socket, maxHelloBytes);
		const limit = setTimeout(() => channel.close('it did not answer'), helloLimitMs);
		const closing = channel.onClose(() => {
			clearTimeout(limit);
			resolve(undefined);
		});
		const first = channel.onMessage(message => {
			first.dispose();
			clearTimeout(limit);
			if (!isWelcome(message)) {
				channel.close('it is no engine of ours');
				return;
			}
			closing.dispose();
			channel.open();
			resolve({ pid: message.pid, channel });
		});
		channel.send({ type: 'hello', version: sharingVersion, token });
	});
}
