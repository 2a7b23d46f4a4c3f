import { type Usage } from '../generation';
import {
	type CompletionOutcome,
	type CompletionSource,
	type CompletionStats,
	type OutcomeRecord,
	type RefusalReason,
} from './outcome';
import { type CompletionRequest } from './request';

const rememberedOutcomes = 20;

/** Counts and the last outcomes: what "Why No Suggestion?" and the benchmarks show. Holds no text of any document. */
export class Journal {
	private readonly records: OutcomeRecord[] = [];
	private readonly suggestions: Record<CompletionSource, number> = { typed: 0, cache: 0, inFlight: 0, model: 0 };
	private readonly refusals: Partial<Record<RefusalReason, number>> = {};
	private readonly counts = {
		requests: 0,
		engineRequests: 0,
		promptTokens: 0,
		reusedTokens: 0,
		newTokens: 0,
		shown: 0,
		accepted: 0,
		partiallyAccepted: 0,
		rejected: 0,
	};

	get recent(): readonly OutcomeRecord[] {
		return [...this.records];
	}

	get stats(): CompletionStats {
		return { ...this.counts, suggestions: { ...this.suggestions }, refusals: { ...this.refusals } };
	}

	record(
		request: CompletionRequest,
		outcome: CompletionOutcome,
		time: { readonly at: number; readonly totalMs: number },
	): void {
		this.counts.requests++;
		const shared = {
			...time,
			fileName: fileNameOf(request.document.uri),
			languageId: request.document.languageId,
			trigger: request.trigger,
		};
		if (outcome.kind === 'none') {
			this.refusals[outcome.reason] = (this.refusals[outcome.reason] ?? 0) + 1;
			this.records.push({ ...shared, result: outcome.reason });
		} else {
			this.suggestions[outcome.source]++;
			this.records.push({
				...shared,
				result: outcome.source,
				characters: outcome.items[0]?.text.length ?? 0,
				...(outcome.firstTextMs === undefined ? {} : { firstTextMs: outcome.firstTextMs }),
			});
		}
		if (this.records.length > rememberedOutcomes) this.records.shift();
	}

	engineRequest(): void {
		this.counts.engineRequests++;
	}

	usage(usage: Usage): void {
		this.counts.promptTokens += usage.promptTokens;
		this.counts.reusedTokens += usage.reusedTokens;
		this.counts.newTokens += usage.newTokens;
	}

	happened(event: 'shown' | 'accepted' | 'partiallyAccepted' | 'rejected'): void {
		this.counts[event]++;
	}
}

function fileNameOf(uri: string): string {
	const name = uri.split(/[/\\]/).at(-1) ?? '';
	try {
		return decodeURIComponent(name);
	} catch {
		// A lone percent sign in a file name is no escape.
		return name;
	}
}
