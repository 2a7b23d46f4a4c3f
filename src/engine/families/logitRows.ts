import { GenerationError } from '../../generation';
import { type EngineTensor } from '../runtime';
import { widenFloat16 } from '../sampling';

/** Takes logits, one row a position, out of what a graph computed, as 32-bit floats that are valid until the next call. */
export class LogitRows {
	private widened = new Float32Array(0);

	constructor(private readonly graphFile: string) {}

	/** Those of the last of `rows` positions, the number the logits must have. @throws GenerationError badModel */
	last(logits: EngineTensor, rows: number): Float32Array {
		return this.numbers(logits, rows, rows - 1);
	}

	/** Those of all `rows` positions. @throws GenerationError badModel */
	all(logits: EngineTensor, rows: number): readonly Float32Array[] {
		const numbers = this.numbers(logits, rows, 0);
		const width = numbers.length / rows;
		return Array.from({ length: rows }, (_, row) => numbers.subarray(row * width, (row + 1) * width));
	}

	/** The rows from `first` on, one behind the other. */
	private numbers({ data, dims }: EngineTensor, rows: number, first: number): Float32Array {
		const width = dims[2] ?? 0;
		if (dims.length !== 3 || dims[1] !== rows || width < 1)
			throw this.broken(`gave logits of shape [${dims.join(', ')}]`);
		const [start, end] = [first * width, rows * width];
		if (data instanceof Float32Array) return data.subarray(start, end);
		if (!ArrayBuffer.isView(data)) throw this.broken('gave logits that are not numbers');
		if (this.widened.length < end - start) this.widened = new Float32Array(end - start);
		const widened = this.widened.subarray(0, end - start);
		widenFloat16(new Uint16Array(data.buffer, data.byteOffset + start * 2, end - start), widened);
		return widened;
	}

	private broken(problem: string): GenerationError {
		return new GenerationError('badModel', `${this.graphFile} ${problem}. Download the model again or choose another.`);
	}
}
