import { nextLineCut } from './lineCuts';
import { type Tokenizer } from './tokenizer';

/** Segments end at the first line cut after this many characters, so typing re-encodes about this much. */
const segmentLength = 256;

interface Segment {
	readonly start: number;
	readonly end: number;
	/** The cut at `end` holds as long as the text before this position is the same. */
	readonly decidedBefore: number;
	readonly ids: readonly number[];
}

/**
 * Encodes texts that differ a little from one to the next, as while typing: segments before and after the edit keep their ids.
 * The result always equals a full encode; vocabularies that cannot be cut at lines are encoded in full.
 */
export class IncrementalEncoder {
	private text = '';
	private segments: readonly Segment[] = [];

	constructor(private readonly tokenizer: Pick<Tokenizer, 'encode' | 'lineCuts'>) {}

	encode(text: string): number[] {
		if (text !== this.text) {
			const head = this.keptHead(text);
			const start = head.at(-1)?.end ?? 0;
			const tail = this.keptTail(text, start);
			const end = tail[0]?.start ?? text.length;
			this.segments = [...head, ...this.encodeSegments(text, start, end), ...tail];
			this.text = text;
		}
		return this.segments.flatMap(segment => segment.ids);
	}

	/** Segments whose end does not depend on anything after the first difference. */
	private keptHead(text: string): Segment[] {
		let same = 0;
		const limit = Math.min(text.length, this.text.length);
		while (same < limit && text.charCodeAt(same) === this.text.charCodeAt(same)) same++;
		const changed = this.segments.findIndex(segment => segment.decidedBefore > same);
		return this.segments.slice(0, changed < 0 ? this.segments.length : changed);
	}

	/** Segments that start after the last difference, moved to where the new text has them. */
	private keptTail(text: string, from: number): Segment[] {
		const limit = Math.min(text.length, this.text.length) - from;
		let same = 0;
		while (
			same < limit &&
			text.charCodeAt(text.length - 1 - same) === this.text.charCodeAt(this.text.length - 1 - same)
		)
			same++;
		const moved = text.length - this.text.length;
		return this.segments
			.filter(segment => segment.start > this.text.length - same)
			.map(({ start, end, decidedBefore, ids }) => ({
				start: start + moved,
				end: end + moved,
				decidedBefore: decidedBefore + moved,
				ids,
			}));
	}

	private encodeSegments(text: string, from: number, to: number): Segment[] {
		const segments: Segment[] = [];
		for (let start = from; start < to;) {
			const cut = nextLineCut(text, { from: start + segmentLength, to }, this.tokenizer.lineCuts);
			const end = cut?.position ?? to;
			segments.push({
				start,
				end,
				// Without a cut the segment ends with the text or at the first one kept behind the edit, and is made anew next time.
				decidedBefore: cut?.decidedBefore ?? Infinity,
				ids: this.tokenizer.encode(text.slice(start, end)),
			});
			start = end;
		}
		return segments;
	}
}
