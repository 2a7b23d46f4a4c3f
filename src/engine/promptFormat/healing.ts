import { type Tokenizer } from '../tokenizer';

interface Entry {
	readonly id: number;
	readonly bytes: Uint8Array;
}

/** The bytes of a vocabulary in order, so that all tokens with a given start are one range. Made once for a model. */
export class VocabularyBytes {
	private readonly entries: readonly Entry[];

	constructor(tokenizer: Tokenizer) {
		const entries: Entry[] = [];
		for (let id = 0; id < tokenizer.vocabularySize; id++) {
			const bytes = tokenizer.bytesOf?.(id);
			if (bytes && bytes.length > 0) entries.push({ id, bytes });
		}
		this.entries = entries.sort((first, second) => Buffer.compare(first.bytes, second.bytes));
	}

	/** Tokens that start with these bytes, themselves included. */
	startingWith(bytes: Uint8Array): readonly number[] {
		const behind = this.first(entry => Buffer.compare(entry.subarray(0, bytes.length), bytes) > 0);
		return this.entries.slice(this.firstFrom(bytes), behind).map(({ id }) => id);
	}

	/** Tokens that are a start of these bytes, shorter than them. */
	startsOf(bytes: Uint8Array): readonly number[] {
		const ids: number[] = [];
		for (let length = 1; length < bytes.length; length++) {
			const start = bytes.subarray(0, length);
			for (let index = this.firstFrom(start); this.isAt(index, start); index++) ids.push(this.entries[index]!.id);
		}
		return ids;
	}

	/** Whether a longer token starts with these bytes. */
	canContinue(bytes: Uint8Array): boolean {
		let index = this.firstFrom(bytes);
		while (this.isAt(index, bytes)) index++;
		const next = this.entries[index];
		return next !== undefined && startsWith(next.bytes, bytes);
	}

	private isAt(index: number, bytes: Uint8Array): boolean {
		const entry = this.entries[index];
		return entry !== undefined && Buffer.compare(entry.bytes, bytes) === 0;
	}

	private firstFrom(bytes: Uint8Array): number {
		return this.first(entry => Buffer.compare(entry, bytes) >= 0);
	}

	/** Index of the first entry that is far enough, in an order in which all later ones are. */
	private first(isFarEnough: (bytes: Uint8Array) => boolean): number {
		let low = 0;
		let high = this.entries.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (isFarEnough(this.entries[middle]!.bytes)) high = middle;
			else low = middle + 1;
		}
		return low;
	}
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
	return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);
}

/** Restricts the first tokens of an answer to those that agree with the bytes of a token that was backed off. */
export class TokenHealer {
	constructor(
		private readonly vocabulary: VocabularyBytes,
		private bytes: Uint8Array,
	) {}

	/** The only ids that may come next; undefined when the bytes are made up for and nothing is restricted any more. */
	allowed(): readonly number[] | undefined {
		if (this.bytes.length === 0) return undefined;
		return [...this.vocabulary.startingWith(this.bytes), ...this.vocabulary.startsOf(this.bytes)];
	}

	/** @param length number of bytes of the token that was chosen */
	accept(length: number): void {
		this.bytes = this.bytes.subarray(Math.min(length, this.bytes.length));
	}
}
