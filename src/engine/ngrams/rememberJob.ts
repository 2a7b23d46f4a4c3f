import { type Priority } from '../../generation';
import { type MemoryDocument } from '../../protocol';
import { type Job } from '../scheduler';
import { nextLineCut, type Tokenizer } from '../tokenizer';
import { type NgramCache } from './ngramCache';

/** Characters tokenized in one step: some milliseconds, which is the longest that typing may have to wait. */
const pieceLength = 4096;

/** Tokenizes a document piece by piece and remembers it, whenever there is nothing more urgent to do. */
export class RememberJob implements Job {
	readonly priority: Priority = 'idle';
	private at = 0;
	private readonly ids: number[] = [];

	constructor(
		private readonly document: MemoryDocument,
		private readonly tokenizer: Tokenizer,
		private readonly cache: NgramCache,
		private readonly report: { readonly ended: () => void; readonly failed: (error: unknown) => void },
	) {}

	step(isCancelled: () => boolean): Promise<boolean> {
		try {
			return Promise.resolve(this.advance(isCancelled));
		} catch (error) {
			this.report.failed(error);
			return Promise.resolve(true);
		}
	}

	cancelled(): void {
		this.report.ended();
	}

	private advance(isCancelled: () => boolean): boolean {
		const { id, kind, text } = this.document;
		if (isCancelled()) return false;
		if (this.at < text.length && this.ids.length < this.cache.mostTokens(kind)) {
			const end = this.pieceEnd(text);
			for (const token of this.tokenizer.encode(text.slice(this.at, end))) this.ids.push(token);
			this.at = end;
			return false;
		}
		this.cache.remember(id, kind, Int32Array.from(this.ids));
		this.report.ended();
		return true;
	}

	private pieceEnd(text: string): number {
		const from = this.at + pieceLength;
		if (from >= text.length) return text.length;
		const to = Math.min(text.length, from + pieceLength);
		return nextLineCut(text, { from, to }, this.tokenizer.lineCuts)?.position ?? to;
	}
}
