type TapeType = 'int64' | 'int32' | 'float32';
type TapeNumbers = BigInt64Array | Int32Array | Float32Array;

/** A growing tape of numbers of which any range can be taken without copying: positions, or the ones of a mask. */
export class NumberTape {
	private numbers: TapeNumbers;

	constructor(
		private readonly type: TapeType,
		private readonly at: (index: number) => number,
	) {
		this.numbers = this.make(0);
	}

	range(start: number, end: number): TapeNumbers {
		if (end > this.numbers.length) this.numbers = this.make(end + 1024);
		return this.numbers.subarray(start, end);
	}

	private make(length: number): TapeNumbers {
		const from = { length };
		if (this.type === 'int64') return BigInt64Array.from(from, (_: unknown, index) => BigInt(this.at(index)));
		if (this.type === 'int32') return Int32Array.from(from, (_: unknown, index) => this.at(index));
		return Float32Array.from(from, (_: unknown, index) => this.at(index));
	}
}
