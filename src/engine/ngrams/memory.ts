import { type MemoryDocument, type MemoryTotals } from '../../protocol';
import { type Scheduler } from '../scheduler';
import { type Tokenizer } from '../tokenizer';
import { type NgramCache } from './ngramCache';
import { RememberJob } from './rememberJob';

/** How a wish to remember or forget ended. */
export interface MemoryReport {
	readonly ended: (totals: MemoryTotals) => void;
	readonly failed: (error: unknown) => void;
}

/** Takes documents in and forgets them, in the background; the latest word about a document counts. */
export class Memory {
	/** Cancels what is still being read, by document. */
	private readonly reading = new Map<string, () => void>();

	constructor(
		private readonly cache: NgramCache,
		private readonly tokenizer: Tokenizer,
		private readonly scheduler: Scheduler,
	) {}

	remember(document: MemoryDocument, report: MemoryReport): void {
		this.reading.get(document.id)?.();
		const ended = (): void => {
			if (this.reading.get(document.id) === cancel) this.reading.delete(document.id);
			report.ended(this.totals);
		};
		const job = new RememberJob(document, this.tokenizer, this.cache, { ended, failed: report.failed });
		const cancel = this.scheduler.add(job);
		this.reading.set(document.id, cancel);
	}

	/** At once, so that the next request does not see it any more. @param id absent: everything */
	forget(id: string | undefined, { ended }: MemoryReport): void {
		if (id === undefined) {
			for (const cancel of [...this.reading.values()]) cancel();
			this.cache.clear();
		} else {
			this.reading.get(id)?.();
			this.cache.forget(id);
		}
		ended(this.totals);
	}

	private get totals(): MemoryTotals {
		return { documents: this.cache.documentCount, tokens: this.cache.tokenCount };
	}
}
