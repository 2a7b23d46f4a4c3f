import { type Priority } from '../generation';
import { type Job } from './scheduler';
import { type Tokenizer } from './tokenizer';

const pieceLength = 32 * 1024;

/** Counts the tokens of a text in pieces of lines, so that a large one never stalls the engine. Where a
 * vocabulary has tokens across line ends the count can be off by one a piece. */
export class TokenCount implements Job {
	readonly priority: Priority = 'typing';
	private at = 0;
	private count = 0;

	constructor(
		private readonly tokenizer: Tokenizer,
		private readonly text: string,
		private readonly report: { readonly counted: (count: number) => void; readonly failed: (error: unknown) => void },
	) {}

	step(): Promise<boolean> {
		try {
			const piece = this.nextPiece();
			this.count += this.tokenizer.encode(piece).length;
			this.at += piece.length;
			const finished = this.at >= this.text.length;
			if (finished) this.report.counted(this.count);
			return Promise.resolve(finished);
		} catch (error) {
			this.report.failed(error);
			return Promise.resolve(true);
		}
	}

	cancelled(): void {
		this.report.counted(this.count);
	}

	private nextPiece(): string {
		if (this.text.length - this.at <= pieceLength) return this.text.slice(this.at);
		const lineStart = this.text.lastIndexOf('\n', this.at + pieceLength) + 1;
		return this.text.slice(this.at, lineStart > this.at ? lineStart : this.at + pieceLength);
	}
}
