import { seededRandom } from './random';

/** Bits of a stored weight. */
export type Bits = 4 | 8;

/** Weights that share a scale in our graphs. llama.cpp's formats have a scale for 32: there it is written four times. */
export const blockSize = 128;

/** A matrix of random levels, the same numbers exactly in every format: level times the scale of its block. */
export interface Levels {
	readonly rows: number;
	readonly columns: number;
	readonly bits: Bits;
	/** Signed levels, row by row: -8 to 7 or -127 to 127. */
	readonly levels: Int8Array;
	/** One a block of a row, row by row, as 16-bit floats; the last block of a row may be short. */
	readonly scales: Uint16Array;
}

/** Numbers that make a network's values neither vanish nor explode. The same name gives the same matrix. */
export function randomLevels(name: string, rows: number, columns: number, bits: Bits): Levels {
	const random = seededRandom(`${name} ${bits}`);
	const levels = new Int8Array(rows * columns);
	const pool = new Uint32Array(1 << 16);
	for (let index = 0; index < pool.length; index++) pool[index] = random();
	for (let at = 0; at < levels.length; at += 4) {
		const word = pool[(Math.imul(at >>> 2, 2654435761) ^ random()) & 0xffff]!;
		for (let byte = 0; byte < 4 && at + byte < levels.length; byte++)
			levels[at + byte] = toLevel((word >>> (8 * byte)) & 0xff, bits);
	}
	const deviation = bits === 4 ? 4.6 : 73.6;
	const blocks = Math.ceil(columns / blockSize);
	const scales = new Uint16Array(rows * blocks);
	for (let index = 0; index < scales.length; index++)
		scales[index] = toFloat16((0.6 + (0.8 * (random() & 0xffff)) / 0x10000) / (deviation * Math.sqrt(columns)));
	return { rows, columns, bits, levels, scales };
}

const toLevel = (byte: number, bits: Bits): number => (bits === 4 ? (byte & 15) - 8 : Math.max(1, byte) - 128);

/** Rounds a positive number that a normal 16-bit float can hold. */
export function toFloat16(value: number): number {
	const exponent = Math.floor(Math.log2(value));
	return ((exponent + 15) << 10) + Math.round((value / 2 ** exponent - 1) * 1024);
}

/** The number a 16-bit float stands for; positive normal ones only. */
export const fromFloat16 = (bits: number): number => 2 ** ((bits >> 10) - 15) * (1 + (bits & 1023) / 1024);
