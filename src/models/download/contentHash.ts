import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type ListedFile } from './hubListing';

/** Hashes bytes as they pass: sha256 always, and git's sha1 where that is all the host has. */
export class ContentHash {
	private readonly sha256 = createHash('sha256');
	private readonly gitSha1: Hash | undefined;
	bytes = 0;

	constructor(private readonly file: ListedFile) {
		if (file.sha256 === undefined) this.gitSha1 = createHash('sha1').update(`blob ${file.bytes}\0`);
	}

	update(chunk: Uint8Array): void {
		this.sha256.update(chunk);
		this.gitSha1?.update(chunk);
		this.bytes += chunk.length;
	}

	/** The sha256 of all bytes when they are the file that was listed; undefined when they are not. Ends the hash. */
	finish(): string | undefined {
		const sha256 = this.sha256.digest('hex');
		const right = this.gitSha1 ? this.gitSha1.digest('hex') === this.file.gitSha1 : sha256 === this.file.sha256;
		return right && this.bytes === this.file.bytes ? sha256 : undefined;
	}
}

/** The sha256 of a file on disk, read in pieces. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) }))
		hash.update(chunk as Buffer);
	return hash.digest('hex');
}
