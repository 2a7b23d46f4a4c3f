import { type Delivery } from '../generation';

/** A small model makes a token in less time than a message takes two processes; nobody sees text that waits this long, in milliseconds. */
const longestWaitMs = 5;

/** Sends the pieces of an answer in few messages: the first at once, later ones together. */
export class TextBatch {
	private pieces: Delivery[] = [];
	private sentAt = -Infinity;
	private timer: NodeJS.Timeout | undefined;

	constructor(
		private readonly send: (pieces: readonly Delivery[]) => void,
		/** Milliseconds from any origin. */
		private readonly now: () => number,
	) {}

	add(piece: Delivery): void {
		this.pieces.push(piece);
		if (this.now() - this.sentAt >= longestWaitMs) this.flush();
		// The next piece may be long in coming, when work of a higher priority goes first.
		else this.timer ??= setTimeout(() => this.flush(), longestWaitMs);
	}

	/** Sends what waits; call it before anything that has to come after. */
	flush(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		if (this.pieces.length === 0) return;
		this.sentAt = this.now();
		this.send(this.pieces);
		this.pieces = [];
	}
}
