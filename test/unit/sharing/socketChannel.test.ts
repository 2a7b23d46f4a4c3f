import { Duplex } from 'node:stream';
import { type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SocketChannel } from '../../../src/sharing';

/** A socket whose peer is the test: what it writes is collected, what it reads is pushed. */
class FakeSocket extends Duplex {
	readonly written: Buffer[] = [];

	override _read(): void {
		// The test pushes.
	}

	override _write(chunk: Buffer, _: string, done: () => void): void {
		this.written.push(chunk);
		done();
	}
}

function open(): { channel: SocketChannel<unknown>; socket: FakeSocket; heard: unknown[]; closed: string[] } {
	const socket = new FakeSocket();
	const channel = new SocketChannel<unknown>(socket as unknown as Socket, 64);
	const heard: unknown[] = [];
	const closed: string[] = [];
	channel.onMessage(message => heard.push(message));
	channel.onClose(reason => closed.push(reason));
	return { channel, socket, heard, closed };
}

const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

async function framesOf(messages: readonly unknown[]): Promise<Buffer> {
	const { channel, socket } = open();
	for (const message of messages) channel.send(message);
	await settled();
	return Buffer.concat(socket.written);
}

describe('messages over a socket', () => {
	test('arrive as they were sent, however the bytes are cut', async () => {
		const messages = fc.array(
			fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.integer()), fc.record({ a: fc.string() })),
		);
		await fc.assert(
			fc.asyncProperty(messages, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), async (sent, cuts) => {
				const bytes = await framesOf(sent);
				const { channel, socket, heard, closed } = open();
				channel.open();
				for (let at = 0; at < bytes.length;) {
					const { value: size } = cuts.next() as { value: number };
					socket.push(bytes.subarray(at, at + size));
					at += size;
				}
				await settled();
				await settled();
				expect(heard).toEqual(JSON.parse(JSON.stringify(sent)));
				expect(closed).toEqual([]);
			}),
			{ numRuns: 50 },
		);
	});

	test('end the connection when they are no JSON, and are not heard behind that', async () => {
		const { channel, socket, heard, closed } = open();
		channel.open();
		const good = await framesOf([1]);
		socket.push(Buffer.concat([good, Buffer.from([0, 0, 0, 1]), Buffer.from('{'), good]));
		await settled();
		expect(heard).toEqual([1]);
		expect(closed).toEqual(['a message was no JSON']);
		expect(socket.destroyed).toBe(true);
	});

	test.each([
		['a stranger', false, 65],
		['anybody', true, 64 * 1024 * 1024 + 1],
	])('end the connection when they are too long, before they are read, from %s', async (_, known, length) => {
		const { channel, socket, closed } = open();
		if (known) channel.open();
		const header = Buffer.alloc(4);
		header.writeUInt32BE(length);
		socket.push(header);
		await settled();
		expect(closed).toEqual([`a message of ${length} bytes came`]);
	});

	test('say once that the connection ended, also to who asks later, and are not sent any more', async () => {
		const { channel, socket, closed } = open();
		socket.destroy();
		await settled();
		channel.close('again');
		channel.send(1);
		const late: string[] = [];
		channel.onClose(reason => late.push(reason));
		expect([closed, late]).toEqual([['the connection ended'], ['the connection ended']]);
		expect(socket.written).toEqual([]);
	});

	test('that nobody reads do not pile up without end', () => {
		const socket = new FakeSocket();
		socket._write = () => undefined;
		const channel = new SocketChannel<unknown>(socket as unknown as Socket, 64);
		const closed: string[] = [];
		channel.onClose(reason => closed.push(reason));
		const text = 'x'.repeat(1 << 24);
		for (let count = 0; count < 20 && closed.length === 0; count++) channel.send(text);
		expect(closed).toEqual(['the other side reads nothing']);
	});
});
