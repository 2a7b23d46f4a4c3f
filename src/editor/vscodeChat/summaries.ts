import type * as vscode from 'vscode';
import { LruCache, type Log } from '../../base';
import { summarizeTurns, type Summary, type SummaryRequest } from '../../chat';
import { GenerationError, type TextGenerator } from '../../generation';

/** Summaries that wait for the next question of their conversation. */
const mostWaiting = 50;

/**
 * Summaries of turns that will soon be too many, for conversations that are VS Code's own. They are made behind an answer, one at a
 * time, as in Inkling's chat; VS Code keeps each with the first answer that used it.
 */
export class ParticipantSummaries implements vscode.Disposable {
	private readonly waiting = new LruCache<string, Summary>({ maxEntries: mostWaiting, maxAgeMs: Infinity }, () => 0);
	private readonly controller = new AbortController();
	private isMaking = false;

	constructor(private readonly log: Log) {}

	/** Those that were made for any of these messages. */
	of(messages: readonly { readonly id: string }[]): readonly Summary[] {
		return messages.flatMap(({ id }) => this.waiting.get(id) ?? []);
	}

	/** Makes one behind the conversation. A failure is logged: its turns are left out then. */
	make(request: SummaryRequest, generator: TextGenerator): void {
		if (this.isMaking) return;
		this.isMaking = true;
		void this.keep(request, generator)
			.catch((error: unknown) => {
				const reason = error instanceof GenerationError ? `${error.code}: ${error.message}` : String(error);
				this.log.warn(`Older turns of a conversation with @inkling could not be summarized: ${reason}`);
			})
			.finally(() => (this.isMaking = false));
	}

	dispose(): void {
		this.controller.abort();
	}

	private async keep(request: SummaryRequest, generator: TextGenerator): Promise<void> {
		const parts = { generator: () => Promise.resolve(generator) };
		const made = await summarizeTurns(parts, request, this.controller.signal);
		if (made) this.waiting.set(made.upTo, { ...made, at: Date.now() });
	}
}
