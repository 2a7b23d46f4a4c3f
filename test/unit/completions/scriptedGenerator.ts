import {
	type FillPrompt,
	type GenerateEvent,
	type GenerateRequest,
	type ModelInfo,
	type TextGenerator,
} from '../../../src/generation';
import { type Clock } from '../../../src/completions';

/** What the model says to a prompt: pieces of about a token each, or an error. */
export type Script = (prompt: FillPrompt, request: GenerateRequest) => readonly string[] | Error;

export interface ScriptTimes {
	readonly prefillMs?: number;
	readonly pieceMs?: number;
	/** Of every piece. */
	readonly logProbability?: number;
	/** Prompts whose computed state is kept for reuse. */
	readonly keptPrompts?: number;
}

/** One generation that was asked for, and how it went. */
export interface Asked {
	readonly request: GenerateRequest;
	readonly prompt: FillPrompt;
	delivered: number;
	aborted: boolean;
}

/** A model in a test: says what its script says, at the speed of a clock, and counts prompt characters it had seen before. */
export class ScriptedGenerator implements TextGenerator {
	readonly asked: Asked[] = [];
	model: ModelInfo = {
		id: 'scripted',
		name: 'Scripted',
		roles: ['fill'],
		tasks: [],
		contextTokens: 1024,
		suffixFirst: true,
		device: 'cpu',
		loadMs: 0,
	};
	promptCharacters = 0;
	reusedCharacters = 0;
	private readonly kept: string[] = [];

	constructor(
		private readonly clock: Clock,
		private readonly script: Script,
		private readonly times: ScriptTimes = {},
	) {}

	countTokens(text: string): Promise<number> {
		return Promise.resolve(Math.ceil(text.length / 4));
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
		if (request.prompt.kind !== 'fill') throw new Error('Only fill prompts are scripted.');
		const asked: Asked = { request, prompt: request.prompt, delivered: 0, aborted: false };
		this.asked.push(asked);
		const reusedTokens = this.reuse(request.prompt);
		const { prefillMs = 20, pieceMs = 10, logProbability = -0.001 } = this.times;
		const pieces = this.script(request.prompt, request);
		if (prefillMs > 0) await this.clock.delay(prefillMs, signal);
		if (pieces instanceof Error) throw pieces;
		const allowed = pieces.slice(0, request.maxTokens);
		for (const text of allowed) {
			if (pieceMs > 0) await this.clock.delay(pieceMs, signal);
			if (signal.aborted) break;
			asked.delivered++;
			yield { type: 'text', text, logProbability };
		}
		asked.aborted = signal.aborted;
		const reason = asked.aborted ? 'cancelled' : allowed.length < pieces.length ? 'length' : 'stop';
		const usage = {
			promptTokens: 10,
			reusedTokens,
			cutTokens: 0,
			newTokens: asked.delivered,
			prefillMs,
			decodeMs: asked.delivered * pieceMs,
		};
		yield { type: 'done', reason, usage, tokenIds: [] };
	}

	private reuse(prompt: FillPrompt): number {
		// The order of our own model: the suffix first, so that typing appends.
		const text = `${prompt.suffix}\u0000${prompt.prefix}`;
		const same = Math.max(0, ...this.kept.map(other => sharedStart(text, other)));
		this.promptCharacters += text.length;
		this.reusedCharacters += same;
		this.kept.push(text);
		if (this.kept.length > (this.times.keptPrompts ?? 1)) this.kept.shift();
		return Math.floor((same / text.length) * 10);
	}
}

/** Cuts a text into pieces of a few characters, like tokens. */
export function inPieces(text: string): readonly string[] {
	return text.match(/\n\s*|\s?[\p{L}\p{N}_]+|\s?[^\s\p{L}\p{N}_]+|\s+/gu) ?? [];
}

function sharedStart(first: string, second: string): number {
	let same = 0;
	while (same < first.length && first[same] === second[same]) same++;
	return same;
}
