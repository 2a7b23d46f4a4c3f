import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** The files in a .zip or .vsix, by path. */
export function zipEntries(file: string): ReadonlyMap<string, Buffer> {
	const bytes = readFileSync(file);
	const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
	const entries = new Map<string, Buffer>();
	for (let at = bytes.readUInt32LE(end + 16), left = bytes.readUInt16LE(end + 10); left > 0; left--) {
		const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => bytes.readUInt16LE(at + offset));
		const name = bytes.toString('utf8', at + 46, at + 46 + nameLength!);
		const local = bytes.readUInt32LE(at + 42);
		const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
		const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
		entries.set(name, bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed));
		at += 46 + nameLength! + extraLength! + commentLength!;
	}
	return entries;
}
