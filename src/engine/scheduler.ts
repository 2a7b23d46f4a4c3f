import { priorities, type Priority } from '../generation';

/** Work that goes in short steps and can wait between any two of them. */
export interface Job {
	readonly priority: Priority;
	/** Does the next piece; true when there is nothing left to do. Reports its own result and never rejects. Once `isCancelled`
	 * says so it delivers nothing more and returns false. */
	step(isCancelled: () => boolean): Promise<boolean>;
	/** Reports that the job was cancelled. Called at most once, never during a step, and nothing is called after it. */
	cancelled(): void;
}

interface Entry {
	readonly job: Job;
	readonly rank: number;
	readonly order: number;
	isCancelled: boolean;
	isStepping: boolean;
}

/** Runs one step of one job at a time: always of the highest priority, in order of arrival among equals. A job of a lower
 * priority keeps everything it has while it waits. Between steps the event loop runs, so that messages are read. */
export class Scheduler {
	private readonly entries = new Set<Entry>();
	private added = 0;
	private running = false;

	constructor(
		/** Resolves after pending input has been read. */
		private readonly yieldToEvents: () => Promise<void>,
	) {}

	get isIdle(): boolean {
		return this.entries.size === 0;
	}

	/** Queues a job. The result cancels it: at once, or when the step that is running ends. */
	add(job: Job): () => void {
		const entry: Entry = {
			job,
			rank: priorities.indexOf(job.priority),
			order: this.added++,
			isCancelled: false,
			isStepping: false,
		};
		this.entries.add(entry);
		if (!this.running) void this.run();
		return () => this.cancel(entry);
	}

	private cancel(entry: Entry): void {
		if (entry.isCancelled || !this.entries.has(entry)) return;
		entry.isCancelled = true;
		if (!entry.isStepping) this.endCancelled(entry);
	}

	private endCancelled(entry: Entry): void {
		this.entries.delete(entry);
		entry.job.cancelled();
	}

	private async run(): Promise<void> {
		this.running = true;
		for (;;) {
			await this.yieldToEvents();
			const entry = this.next();
			if (!entry) break;
			entry.isStepping = true;
			const finished = await entry.job.step(() => entry.isCancelled);
			entry.isStepping = false;
			if (finished) this.entries.delete(entry);
			else if (entry.isCancelled) this.endCancelled(entry);
		}
		this.running = false;
	}

	private next(): Entry | undefined {
		let best: Entry | undefined;
		for (const entry of this.entries)
			if (!best || entry.rank < best.rank || (entry.rank === best.rank && entry.order < best.order)) best = entry;
		return best;
	}
}
