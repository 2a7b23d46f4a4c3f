import { type StreamDecoder } from './tokenizer';

/** Joins the bytes of tokens into whole characters. Bytes that never become one decode to U+FFFD, as TextDecoder does it. */
export class ByteStreamDecoder implements StreamDecoder {
	private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });

	constructor(
		private readonly bytesOf: (id: number) => Uint8Array | undefined,
		private skipBytes: number,
	) {}

	push(id: number): string {
		const bytes = this.bytesOf(id);
		if (!bytes) return '';
		const skipped = Math.min(this.skipBytes, bytes.length);
		this.skipBytes -= skipped;
		return this.decoder.decode(bytes.subarray(skipped), { stream: true });
	}

	flush(): string {
		return this.decoder.decode();
	}
}

/** Ids kept back while they end in an unfinished character; one has at most four bytes, so more than that is broken text. */
const maxPendingIds = 8;

/**
 * For vocabularies whose tokens only mean something together (SentencePiece spaces, byte fallback): decodes a short window of
 * ids twice, with and without the new ones, and delivers the difference.
 */
export class WindowStreamDecoder implements StreamDecoder {
	/** Ids that give the decoder its context: delivered already. */
	private context: number[];
	private pending: number[] = [];

	/** @param before ids whose text is not delivered, so that the first token is decoded as a continuation */
	constructor(
		private readonly decodeAll: (ids: readonly number[]) => string,
		before: readonly number[],
	) {
		this.context = [...before];
	}

	push(id: number): string {
		this.pending.push(id);
		const text = this.pendingText();
		const unfinished = text === '' || text.endsWith('\ufffd');
		return unfinished && this.pending.length < maxPendingIds ? '' : this.deliver(text);
	}

	flush(): string {
		return this.deliver(this.pendingText());
	}

	private pendingText(): string {
		const known = this.decodeAll(this.context);
		return this.decodeAll([...this.context, ...this.pending]).slice(known.length);
	}

	private deliver(text: string): string {
		// Ids that show nothing (control tokens) give no context of their own.
		if (this.pending.length > 0) this.context = text === '' ? [...this.context, ...this.pending] : this.pending;
		this.pending = [];
		return text;
	}
}
