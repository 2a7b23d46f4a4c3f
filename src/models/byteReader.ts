import { readSync } from 'node:fs';

/** The bytes are no protocol buffer message, or one that nobody would write. */
export class MalformedFile extends Error {}

/** A field of a protocol buffer message in a file. */
export interface Field {
	readonly number: number;
	readonly wireType: number;
	/** Bytes of the value: [start, end). */
	readonly start: number;
	readonly end: number;
}

/** No number of a message is longer. */
const longestVarint = 10;

/** Reads small pieces of a large file through one window, so that skipping weights costs nothing. */
export class ByteReader {
	private readonly window = Buffer.alloc(1 << 16);
	private windowStart = 0;
	private windowLength = 0;
	/** Where the number that was read last ends. */
	private next = 0;

	constructor(private readonly descriptor: number) {}

	field(at: number, limit: number): Field {
		const tag = this.varint(at, limit);
		const wireType = tag % 8;
		const end = this.endOfBody(wireType, this.next, limit);
		if (end > limit) throw new MalformedFile('a field runs past its end');
		return { number: Math.floor(tag / 8), wireType, start: this.next, end };
	}

	/** So many bytes as they stand in the file. */
	bytes({ start, end }: Pick<Field, 'start' | 'end'>): Uint8Array {
		const bytes = new Uint8Array(end - start);
		if (bytes.length <= this.window.length) {
			const from = this.show(start, bytes.length);
			if (from + bytes.length > this.windowLength) throw new MalformedFile('it ends early');
			bytes.set(this.window.subarray(from, from + bytes.length));
			return bytes;
		}
		for (let at = 0; at < bytes.length;) {
			const bytesRead = readSync(this.descriptor, bytes, at, bytes.length - at, start + at);
			if (bytesRead === 0) throw new MalformedFile('it ends early');
			at += bytesRead;
		}
		return bytes;
	}

	/** The value of a field that is a plain number. */
	number({ start, end }: Field): number {
		return this.varint(start, end);
	}

	text({ start, end }: Field): string {
		const length = end - start;
		if (length > this.window.length) return Buffer.from(this.bytes({ start, end })).toString('utf8');
		const from = this.show(start, length);
		if (from + length > this.windowLength) throw new MalformedFile('it ends early');
		return this.window.toString('utf8', from, from + length);
	}

	/** Where the body of a field ends that begins at `at`; `next` is where its value begins. */
	private endOfBody(wireType: number, at: number, limit: number): number {
		switch (wireType) {
			case 0: {
				this.varint(at, limit);
				const end = this.next;
				this.next = at;
				return end;
			}
			case 1:
				return at + 8;
			case 2: {
				const length = this.varint(at, limit);
				return this.next + length;
			}
			case 5:
				return at + 4;
			default:
				throw new MalformedFile(`it uses wire type ${wireType}`);
		}
	}

	/** Reads a number and leaves in `next` where it ends. */
	private varint(at: number, limit: number): number {
		const from = this.show(at, longestVarint);
		const most = Math.min(longestVarint, limit - at, this.windowLength - from);
		let value = 0;
		let factor = 1;
		for (let index = 0; index < most; index++) {
			const byte = this.window[from + index]!;
			value += (byte & 0x7f) * factor;
			factor *= 128;
			if (byte < 0x80) {
				this.next = at + index + 1;
				return value;
			}
		}
		throw new MalformedFile(most < longestVarint ? 'it ends early' : 'a number is too long');
	}

	/** Moves the window over `count` bytes from `at` on, as far as the file has them. @returns where `at` is in the window */
	private show(at: number, count: number): number {
		const from = at - this.windowStart;
		if (from >= 0 && from + count <= this.windowLength) return from;
		this.windowStart = at;
		this.windowLength = 0;
		while (this.windowLength < count) {
			const free = this.window.length - this.windowLength;
			const bytesRead = readSync(this.descriptor, this.window, this.windowLength, free, at + this.windowLength);
			if (bytesRead === 0) break;
			this.windowLength += bytesRead;
		}
		return 0;
	}
}
