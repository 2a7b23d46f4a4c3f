import { type Socket } from 'node:net';
import { toDisposable } from '../base';
import { type Channel } from '../protocol';

/** A message whose JSON is longer ends the connection. Above `maxMessageBytes`, so that what is merely too long is refused by name. */
const maxFrameBytes = 64 * 1024 * 1024;
/** A peer that reads nothing is left when so much waits for it. */
const maxWaitingBytes = 128 * 1024 * 1024;
const headerBytes = 4;

/**
 * Plain data over a socket: JSON behind its length in bytes. The peer is believed nothing: a frame that is too long or no JSON ends
 * the connection. Until `open` is called frames may be `firstFrameBytes` long at most.
 */
export class SocketChannel<Out> implements Channel<Out, unknown> {
	private readonly listeners = new Set<(message: unknown) => void>();
	private readonly closers = new Set<(reason: string) => void>();
	private chunks: Buffer[] = [];
	private received = 0;
	private most: number;
	private closed: string | undefined;

	constructor(
		private readonly socket: Socket,
		firstFrameBytes: number,
	) {
		this.most = firstFrameBytes;
		socket.on('data', chunk => this.receive(chunk));
		socket.on('error', error => this.close(error.message));
		socket.on('close', () => this.close('the connection ended'));
	}

	/** The peer has shown who it is. */
	open(): void {
		this.most = maxFrameBytes;
	}

	send(message: Out): void {
		if (this.closed !== undefined) return;
		const body = Buffer.from(JSON.stringify(message));
		const header = Buffer.alloc(headerBytes);
		header.writeUInt32BE(body.length);
		this.socket.cork();
		this.socket.write(header);
		this.socket.write(body);
		this.socket.uncork();
		if (this.socket.writableLength > maxWaitingBytes) this.close('the other side reads nothing');
	}

	onMessage(listener: (message: unknown) => void): { dispose(): void } {
		this.listeners.add(listener);
		return toDisposable(() => this.listeners.delete(listener));
	}

	onClose(listener: (reason: string) => void): { dispose(): void } {
		this.closers.add(listener);
		if (this.closed !== undefined) listener(this.closed);
		return toDisposable(() => this.closers.delete(listener));
	}

	/** Ends the connection. */
	close(reason: string): void {
		if (this.closed !== undefined) return;
		this.closed = reason;
		this.chunks = [];
		this.socket.destroy();
		for (const closer of [...this.closers]) closer(reason);
	}

	private receive(chunk: Buffer): void {
		if (this.closed !== undefined) return;
		this.chunks.push(chunk);
		this.received += chunk.length;
		let frame = this.nextFrame();
		while (frame) {
			this.deliver(frame);
			frame = this.nextFrame();
		}
	}

	/** The body of the next whole frame. */
	private nextFrame(): Buffer | undefined {
		if (this.closed !== undefined || this.received < headerBytes) return undefined;
		if (this.chunks[0]!.length < headerBytes) this.chunks = [Buffer.concat(this.chunks)];
		const length = this.chunks[0]!.readUInt32BE();
		if (length > this.most) {
			this.close(`a message of ${length} bytes came`);
			return undefined;
		}
		return this.received < headerBytes + length ? undefined : this.take(headerBytes + length).subarray(headerBytes);
	}

	private take(length: number): Buffer {
		const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
		this.chunks = all.length > length ? [all.subarray(length)] : [];
		this.received -= length;
		return all.subarray(0, length);
	}

	private deliver(body: Buffer): void {
		let message: unknown;
		try {
			message = JSON.parse(body.toString('utf8'));
		} catch {
			this.close('a message was no JSON');
			return;
		}
		for (const listener of [...this.listeners]) listener(message);
	}
}
