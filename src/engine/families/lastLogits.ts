import { GenerationError } from '../../generation';
import { type EngineTensor } from '../runtime';
import { widenFloat16 } from '../sampling';

/** Takes the last position's logits out of what a graph computed, as 32-bit floats. */
export class LastLogits {
	private widened: Float32Array | undefined;

	constructor(private readonly graphFile: string) {}

	/** @param rows positions the logits must have. The result is valid until the next call.
	 * @throws GenerationError badModel */
	read({ data, dims }: EngineTensor, rows: number): Float32Array {
		const width = dims[2] ?? 0;
		if (dims.length !== 3 || dims[1] !== rows || width < 1)
			throw this.broken(`gave logits of shape [${dims.join(', ')}]`);
		const start = (rows - 1) * width;
		if (data instanceof Float32Array) return data.subarray(start, start + width);
		if (!ArrayBuffer.isView(data)) throw this.broken('gave logits that are not numbers');
		this.widened ??= new Float32Array(width);
		widenFloat16(new Uint16Array(data.buffer, data.byteOffset + start * 2, width), this.widened);
		return this.widened;
	}

	private broken(problem: string): GenerationError {
		return new GenerationError('badModel', `${this.graphFile} ${problem}. Download the model again or choose another.`);
	}
}
