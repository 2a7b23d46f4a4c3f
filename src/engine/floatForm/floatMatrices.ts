import { closeSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BlockMatrix } from '../../models';

type Place = BlockMatrix['levels'];

/** The byte that stands for zero. */
const zeroLevel = 128;

/** Memory that the matrices take as 32-bit floats, in bytes. */
export const floatBytes = (matrices: readonly BlockMatrix[]): number =>
	matrices.reduce((sum, { rows, columns }) => sum + 4 * rows * columns, 0);

/** Reads a matrix and widens it: [rows, columns]. @throws when the file does not hold it */
export function readFloatMatrix(
	folder: string,
	{ rows, columns, blockSize, levels, scales }: BlockMatrix,
): Float32Array {
	const level = readPlace(folder, levels);
	const scale = new Float32Array(readPlace(folder, scales).buffer);
	const result = new Float32Array(rows * columns);
	const blocks = Math.ceil(columns / blockSize);
	let to = 0;
	for (let row = 0; row < rows; row++)
		for (let block = 0; block < blocks; block++) {
			const factor = scale[row * blocks + block]!;
			const from = (row * blocks + block) * blockSize;
			const count = Math.min(blockSize, columns - block * blockSize);
			for (let index = 0; index < count; index++) result[to++] = (level[from + index]! - zeroLevel) * factor;
		}
	return result;
}

function readPlace(folder: string, { location, offset, length }: Place): Uint8Array {
	if (basename(location) !== location) throw new Error(`${location} is no plain file name`);
	const bytes = new Uint8Array(length);
	const descriptor = openSync(join(folder, location), 'r');
	try {
		for (let at = 0; at < length;) {
			const count = readSync(descriptor, bytes, at, length - at, offset + at);
			if (count === 0) throw new Error(`${location} ends early`);
			at += count;
		}
		return bytes;
	} finally {
		closeSync(descriptor);
	}
}
