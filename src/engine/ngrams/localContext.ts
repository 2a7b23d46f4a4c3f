import { type Context, longestMatch, type OnMatch } from './tokenLog';

/** Parts of a prompt do not follow one another. */
const gap = -1;

/** The tokens of one request: the text after the cursor, the text before it and the answer so far, searched by scanning,
 * which at prompt lengths costs less than an index. */
export class LocalContext implements Context {
	private buffer: Int32Array;
	private length: number;

	constructor(before: readonly number[], after: readonly number[]) {
		this.buffer = new Int32Array(after.length + 1 + before.length + 64);
		this.buffer.set(after);
		this.buffer[after.length] = gap;
		this.buffer.set(before, after.length + 1);
		this.length = after.length + 1 + before.length;
	}

	get tokens(): Int32Array {
		return this.buffer;
	}

	get end(): number {
		return this.length;
	}

	push(id: number): void {
		if (this.length === this.buffer.length) {
			const grown = new Int32Array(this.length * 2);
			grown.set(this.buffer);
			this.buffer = grown;
		}
		this.buffer[this.length++] = id;
	}

	/** Reports earlier places whose tokens match the end, from the latest to the first. */
	findMatches(onMatch: OnMatch): void {
		const { buffer, length: end } = this;
		const last = buffer[end - 1]!;
		if (last === gap) return;
		for (let position = end - 1; position > 0; position--) {
			if (buffer[position - 1] !== last || buffer[position] === gap) continue;
			const most = Math.min(longestMatch, position);
			let length = 1;
			while (length < most && buffer[position - 1 - length] === buffer[end - 1 - length]) length++;
			onMatch(buffer[position]!, length, position);
		}
	}
}
