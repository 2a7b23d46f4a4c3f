import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { type FromEngine } from '../protocol';
import {
	helloLimitMs,
	isHello,
	maxHelloBytes,
	removeEngineRecord,
	sharingVersion,
	SocketChannel,
	writeEngineRecord,
	type EngineRecord,
	type Welcome,
} from '../sharing';
import { ModelHost } from './modelHost';
import { serve } from './serve';

export interface SharedPlace {
	/** Absolute path of the file that tells windows where the engine is. */
	readonly record: string;
	/** Absolute path of the socket, in a folder that nobody else may enter. */
	readonly socket: string;
}

/** Windows that nobody has seen yet are waited for so long, in milliseconds. */
const firstWindowMs = 30_000;
const mostWindows = 64;

/** Serves every window that knows the token with one model, until the last one has gone.
 * @param ended called once, with nothing left behind on disk */
export async function serveWindows(place: SharedPlace, ended: () => void): Promise<void> {
	const token = randomBytes(32).toString('hex');
	const record: EngineRecord = { pid: process.pid, socket: place.socket, token };
	const server = createServer();
	const windows = new Windows(token, () => {
		clearTimeout(limit);
		void close(server, place, record).finally(ended);
	});
	const limit = setTimeout(() => windows.endIfEmpty(), firstWindowMs);
	server.on('connection', socket => windows.meet(socket));
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen({ path: place.socket }, resolve);
	});
	await writeEngineRecord(place.record, record);
}

async function close(server: Server, place: SharedPlace, record: EngineRecord): Promise<void> {
	await removeEngineRecord(place.record, record);
	server.close();
}

/** Those who are connected. */
class Windows {
	private readonly host = new ModelHost();
	private readonly welcomed = new Set<SocketChannel<FromEngine | Welcome>>();
	private readonly strangers = new Set<Socket>();
	private ended = false;

	constructor(
		private readonly token: string,
		private readonly onEmpty: () => void,
	) {}

	meet(socket: Socket): void {
		if (this.ended || this.strangers.size + this.welcomed.size >= mostWindows) {
			socket.destroy();
			return;
		}
		this.strangers.add(socket);
		const channel = new SocketChannel<FromEngine | Welcome>(socket, maxHelloBytes);
		const limit = setTimeout(() => channel.close('it did not say hello'), helloLimitMs);
		channel.onClose(() => {
			clearTimeout(limit);
			this.strangers.delete(socket);
			if (this.welcomed.delete(channel)) this.endIfEmpty();
		});
		const first = channel.onMessage(message => {
			first.dispose();
			clearTimeout(limit);
			this.strangers.delete(socket);
			if (isHello(message, this.token)) this.welcome(channel);
			else channel.close('it said no hello that is known here');
		});
	}

	endIfEmpty(): void {
		if (this.ended || this.welcomed.size > 0) return;
		this.ended = true;
		for (const socket of this.strangers) socket.destroy();
		this.onEmpty();
	}

	private welcome(channel: SocketChannel<FromEngine | Welcome>): void {
		if (this.ended) {
			channel.close('the engine ends');
			return;
		}
		this.welcomed.add(channel);
		channel.open();
		serve(channel, { now: () => performance.now(), host: this.host });
		channel.send({ type: 'welcome', version: sharingVersion, pid: process.pid });
	}
}
