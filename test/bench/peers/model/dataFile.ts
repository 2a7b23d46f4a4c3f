import { closeSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { type DataPlace } from '../../../../src/models/prepare/onnxMessages';

/** A file of weights beside a graph, written once from front to back. */
export class DataFile {
	private readonly descriptor: number;
	private size = 0;

	constructor(private readonly path: string) {
		this.descriptor = openSync(path, 'w');
	}

	/** Appends bytes at the next page, as memory mapping likes it. */
	add(bytes: Uint8Array): DataPlace {
		const offset = Math.ceil(this.size / 4096) * 4096;
		for (let at = 0; at < bytes.length;)
			at += writeSync(this.descriptor, bytes, at, Math.min(bytes.length - at, 1 << 26), offset + at);
		this.size = offset + bytes.length;
		return { location: basename(this.path), offset, length: bytes.length };
	}

	close(): void {
		closeSync(this.descriptor);
	}
}
