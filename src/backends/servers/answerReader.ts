import { StopStrings, type Delivery, type GenerateEvent, type GenerateRequest } from '../../generation';
import { type AnswerChunk, type ReportedUsage } from './answerChunk';
import { ServerError } from './serverError';
import { ThinkTags } from './thinkTags';
import { estimateTokens } from './tokenCounter';

/** Text that may be shown, or thoughts that may be. Never empty. */
export type Piece = Exclude<GenerateEvent, { type: 'done' }>;

/** Puts the events of one answer together: thoughts apart from text, ends at stop strings, keeps the numbers. */
export class AnswerReader {
	private readonly stops: StopStrings;
	private readonly thoughts: ThinkTags | undefined;
	private readonly startedAt = performance.now();
	private firstTextAt: number | undefined;
	private text = '';
	private reasoning = '';
	private finish: 'stop' | 'length' | undefined;
	private usage: ReportedUsage | undefined;

	constructor(request: GenerateRequest, stops: readonly string[]) {
		this.stops = new StopStrings(stops);
		// Code that is filled in may well be about such tags; only dialogue models think aloud.
		const isDialogue = request.prompt.kind === 'chat' || request.prompt.kind === 'task';
		this.thoughts = isDialogue ? new ThinkTags() : undefined;
	}

	/** Nothing of the answer has arrived, thoughts included, so that it can be asked for again. */
	get isEmpty(): boolean {
		return this.firstTextAt === undefined && this.reasoning === '';
	}

	/** A stop string came; the rest of the answer is of no interest. */
	get isStopped(): boolean {
		return this.stops.stopped;
	}

	take(chunk: AnswerChunk | 'end'): readonly Piece[] {
		if (chunk === 'end') {
			this.finish ??= 'stop';
			return [];
		}
		this.finish = chunk.finish ?? this.finish;
		this.usage = chunk.usage ?? this.usage;
		const { text, reasoning } = this.thoughts?.push(chunk.text) ?? { text: chunk.text, reasoning: '' };
		return [...this.think(chunk.reasoning + reasoning), ...this.deliver(text, chunk.logProbability ?? 0)];
	}

	/** What was held back in case it became a tag or a stop string. */
	flush(): readonly Piece[] {
		const rest = this.thoughts?.flush() ?? { text: '', reasoning: '' };
		const pieces = [...this.think(rest.reasoning), ...this.deliver(rest.text, 0)];
		return [...pieces, ...this.shown(this.stops.flush())];
	}

	/** The time for it ran out. */
	cut(): void {
		this.finish = 'length';
	}

	/** @throws ServerError when the server closed the stream without saying that the answer is over */
	requireEnd(host: string): void {
		if (this.finish !== undefined) return;
		throw new ServerError({ step: 'connection' }, `${host} closed the connection in the middle of the answer.`);
	}

	done(cancelled: boolean, promptEstimate: number): Extract<GenerateEvent, { type: 'done' }> {
		const now = performance.now();
		const firstAt = this.firstTextAt ?? now;
		const estimate = {
			promptTokens: promptEstimate,
			reusedTokens: 0,
			newTokens: estimateTokens(this.text),
			estimated: true,
		};
		return {
			type: 'done',
			reason: cancelled ? 'cancelled' : (this.finish ?? 'stop'),
			usage: {
				...(this.usage ?? estimate),
				cutTokens: 0,
				prefillMs: firstAt - this.startedAt,
				decodeMs: now - firstAt,
			},
			tokenIds: [],
			...(this.reasoning === '' ? {} : { reasoning: this.reasoning }),
		};
	}

	private think(text: string): readonly Piece[] {
		this.reasoning += text;
		return text === '' ? [] : [{ type: 'reasoning', text }];
	}

	private deliver(text: string, logProbability: number): readonly Piece[] {
		if (text !== '') this.firstTextAt ??= performance.now();
		const delivery = this.stops.push(text, logProbability);
		if (this.stops.stopped) this.finish = 'stop';
		return this.shown(delivery);
	}

	private shown(delivery: Delivery | undefined): readonly Piece[] {
		if (!delivery || delivery.text === '') return [];
		this.text += delivery.text;
		return [{ type: 'text', ...delivery }];
	}
}
