import { DownloadError } from '../download/downloadError';

/** Files in a row behind headers of 512 bytes, in the ustar form that every tar reads. */
export const blockBytes = 512;

const largestBytes = 8 ** 11 - 1;

/** One file's header. Names are those of model files: short and plain. @throws DownloadError for what does not fit */
export function tarHeader(name: string, bytes: number): Buffer {
	if (Buffer.byteLength(name) > 99 || bytes > largestBytes)
		throw new DownloadError('noModel', `${name} is too long or too large for a bundle. Copy the folder instead.`);
	const header = Buffer.alloc(blockBytes);
	header.write(name, 0);
	header.write('0000644\0', 100);
	header.write('0000000\0', 108);
	header.write('0000000\0', 116);
	header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
	header.write('00000000000\0', 136);
	header.write('0', 156);
	header.write('ustar\x0000', 257);
	header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148);
	return header;
}

/** Name and size of the file behind a header; undefined at the end of the archive. @throws DownloadError for other content */
export function readTarHeader(header: Buffer): { readonly name: string; readonly bytes: number } | undefined {
	if (header.every(byte => byte === 0)) return undefined;
	const text = (from: number, length: number): string =>
		header.toString('latin1', from, from + length).replace(/\0.*$/s, '');
	const stated = Number.parseInt(text(148, 8).trim(), 8);
	const bytes = Number.parseInt(text(124, 12).trim(), 8);
	const plain = header[156] === 0x30 || header[156] === 0;
	if (stated !== checksum(header) || !Number.isSafeInteger(bytes) || bytes < 0 || !plain || text(345, 155) !== '')
		throw new DownloadError('corrupt', 'This is no bundle of a model, or it is damaged. Get it again.');
	return { name: text(0, 100), bytes };
}

/** Zeros that fill a file's last block. */
export const padding = (bytes: number): number => (blockBytes - (bytes % blockBytes)) % blockBytes;

/** Sum of all bytes, those of the checksum itself as blanks. */
function checksum(header: Buffer): number {
	let sum = 0;
	for (let index = 0; index < blockBytes; index++) sum += index >= 148 && index < 156 ? 0x20 : header[index]!;
	return sum;
}
