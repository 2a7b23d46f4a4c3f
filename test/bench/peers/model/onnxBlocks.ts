import { blockSize, fromFloat16, type Levels } from './weights';

/** Matrices in the form of ONNX Runtime's MatMulNBits: unsigned levels, 4-bit ones two to a byte with the lower first, and one
 * 32-bit scale a block. Short last blocks are filled up with zeros. */
export interface OnnxBlocks {
	readonly rows: number;
	readonly columns: number;
	readonly bits: 4 | 8;
	readonly blocks: number;
	readonly values: Uint8Array;
	readonly scales: Float32Array;
}

/** Several matrices of the same columns as one, below each other. */
export function onnxBlocks(...parts: readonly Levels[]): OnnxBlocks {
	const { columns, bits } = parts[0]!;
	const blocks = Math.ceil(columns / blockSize);
	const rows = parts.reduce((sum, part) => sum + part.rows, 0);
	const bytesPerRow = (blocks * blockSize * bits) / 8;
	const values = new Uint8Array(rows * bytesPerRow);
	const scales = new Float32Array(rows * blocks);
	let row = 0;
	for (const part of parts) {
		packRows(part, values.subarray(row * bytesPerRow), bytesPerRow);
		part.scales.forEach((scale, index) => (scales[row * blocks + index] = fromFloat16(scale)));
		row += part.rows;
	}
	return { rows, columns, bits, blocks, values, scales };
}

function packRows({ rows, columns, bits, levels }: Levels, target: Uint8Array, bytesPerRow: number): void {
	const zero = bits === 4 ? 8 : 128;
	for (let row = 0; row < rows; row++) {
		const start = row * columns;
		const out = target.subarray(row * bytesPerRow, (row + 1) * bytesPerRow);
		if (bits === 8) {
			out.fill(zero);
			for (let column = 0; column < columns; column++) out[column] = levels[start + column]! + zero;
			continue;
		}
		out.fill(zero | (zero << 4));
		for (let column = 0; column < columns; column += 2)
			out[column >> 1] = (levels[start + column]! + zero) | ((levels[start + column + 1]! + zero) << 4);
	}
}
