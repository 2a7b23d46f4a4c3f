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

/** Reads small pieces of a large file through one window, so that skipping weights costs nothing. */
export class ByteReader {
	private readonly window = Buffer.alloc(1 << 16);
	private windowStart = 0;
	private windowLength = 0;

	constructor(private readonly descriptor: number) {}

	field(at: number, limit: number): Field {
		const tag = this.varint(at, limit);
		const wireType = tag.value % 8;
		const body = this.body(wireType, tag.next, limit);
		if (body.end > limit) throw new MalformedFile('a field runs past its end');
		return { number: Math.floor(tag.value / 8), wireType, ...body };
	}

	/** So many bytes as they stand in the file. */
	bytes({ start, end }: Pick<Field, 'start' | 'end'>): Uint8Array {
		const bytes = new Uint8Array(end - start);
		for (let at = 0; at < bytes.length;) {
			const bytesRead = readSync(this.descriptor, bytes, at, bytes.length - at, start + at);
			if (bytesRead === 0) throw new MalformedFile('it ends early');
			at += bytesRead;
		}
		return bytes;
	}

	/** The value of a field that is a plain number. */
	number({ start, end }: Field): number {
		return this.varint(start, end).value;
	}

	text({ start, end }: Field): string {
		const bytes = Buffer.alloc(end - start);
		for (let index = 0; index < bytes.length; index++) bytes[index] = this.byte(start + index);
		return bytes.toString('utf8');
	}

	private body(wireType: number, at: number, limit: number): { start: number; end: number } {
		switch (wireType) {
			case 0:
				return { start: at, end: this.varint(at, limit).next };
			case 1:
				return { start: at, end: at + 8 };
			case 2: {
				const length = this.varint(at, limit);
				return { start: length.next, end: length.next + length.value };
			}
			case 5:
				return { start: at, end: at + 4 };
			default:
				throw new MalformedFile(`it uses wire type ${wireType}`);
		}
	}

	private varint(at: number, limit: number): { value: number; next: number } {
		let value = 0;
		for (let index = 0; index < 10; index++) {
			if (at + index >= limit) throw new MalformedFile('it ends early');
			const byte = this.byte(at + index);
			value += (byte & 0x7f) * 2 ** (7 * index);
			if (byte < 0x80) return { value, next: at + index + 1 };
		}
		throw new MalformedFile('a number is too long');
	}

	private byte(at: number): number {
		if (at < this.windowStart || at >= this.windowStart + this.windowLength) {
			const bytesRead = readSync(this.descriptor, this.window, 0, this.window.length, at);
			if (bytesRead === 0) throw new MalformedFile('it ends early');
			this.windowStart = at;
			this.windowLength = bytesRead;
		}
		return this.window[at - this.windowStart]!;
	}
}
