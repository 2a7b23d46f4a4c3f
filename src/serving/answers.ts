import { randomUUID } from 'node:crypto';
import { type ServerResponse } from 'node:http';
import { type Prompt, type TextGenerator, type Usage } from '../generation';
import { EventStream, sendJson } from './replies';
import { type ChatRequest, type CommonRequest, type CompletionRequest } from './requests';

/** Who answers, and to whom. */
export interface Asked {
	readonly generator: TextGenerator;
	readonly model: string;
	readonly response: ServerResponse;
	/** Aborted when the client is gone. */
	readonly signal: AbortSignal;
}

/** A piece of an answer, one token or the few that make up a character, and the sum of their natural-log probabilities. */
interface Piece {
	readonly text: string;
	readonly logProbability: number;
}

/** How one of the two protocols writes an answer down. */
interface Shape {
	readonly object: string;
	readonly chunkObject: string;
	choice(pieces: readonly Piece[], finish: string | null): object;
	/** @param at how much of the answer was sent before, in UTF-16 units */
	delta(piece: Piece | undefined, at: number, finish: string | null): object;
}

const chatShape: Shape = {
	object: 'chat.completion',
	chunkObject: 'chat.completion.chunk',
	choice: (pieces, finish) => ({
		index: 0,
		message: { role: 'assistant', content: textOf(pieces), refusal: null },
		logprobs: null,
		finish_reason: finish,
	}),
	delta: (piece, _, finish) => ({
		index: 0,
		delta: piece ? { role: 'assistant', content: piece.text } : {},
		logprobs: null,
		finish_reason: finish,
	}),
};

function completionShape({ withLogProbabilities }: CompletionRequest): Shape {
	const choice = (pieces: readonly Piece[], at: number, finish: string | null): object => ({
		index: 0,
		text: textOf(pieces),
		logprobs: withLogProbabilities ? logProbabilities(pieces, at) : null,
		finish_reason: finish,
	});
	return {
		object: 'text_completion',
		chunkObject: 'text_completion',
		choice: (pieces, finish) => choice(pieces, 0, finish),
		delta: (piece, at, finish) => choice(piece ? [piece] : [], at, finish),
	};
}

function logProbabilities(pieces: readonly Piece[], start: number): object {
	let at = start;
	return {
		tokens: pieces.map(({ text }) => text),
		token_logprobs: pieces.map(({ logProbability }) => logProbability),
		top_logprobs: null,
		text_offset: pieces.map(({ text }) => (at += text.length) - text.length),
	};
}

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

/** POST /v1/chat/completions. @throws GenerationError */
export async function answerChat(request: ChatRequest, asked: Asked): Promise<void> {
	await answer(request, asked, { prompt: { kind: 'chat', messages: request.messages }, shape: chatShape });
}

/** POST /v1/completions: fills the gap before `suffix` where the model can, else goes on from the prompt. @throws GenerationError */
export async function answerCompletion(request: CompletionRequest, asked: Asked): Promise<void> {
	const { prompt, suffix } = request;
	const canFill = asked.generator.model.roles.includes('fill');
	const asPrompt: Prompt =
		suffix !== '' && canFill
			? { kind: 'fill', prefix: prompt, suffix, extension: '', snippets: [] }
			: { kind: 'continue', text: prompt, extension: '' };
	await answer(request, asked, { prompt: asPrompt, shape: completionShape(request) });
}

async function answer(
	request: CommonRequest,
	asked: Asked,
	{ prompt, shape }: { readonly prompt: Prompt; readonly shape: Shape },
): Promise<void> {
	const { generator, model, response, signal } = asked;
	const { maxTokens, sampling, stop } = request;
	const head = { id: `inkling-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
	// Nobody at this machine's keyboard waits for it, so that suggestions and commands go first.
	const events = generator.generate({ prompt, maxTokens, sampling, stop, priority: 'chat', ngramCache: false }, signal);
	let stream: EventStream | undefined;
	const pieces: Piece[] = [];
	let at = 0;
	for await (const event of events) {
		if (signal.aborted) return;
		// Local models do not tell their thoughts apart.
		if (event.type === 'reasoning') continue;
		if (request.stream) stream ??= new EventStream(response);
		const chunk = (choice: object | undefined, usage?: object): object => ({
			...head,
			object: shape.chunkObject,
			choices: choice ? [choice] : [],
			...(request.withUsage && { usage: usage ?? null }),
		});
		if (event.type === 'text') {
			pieces.push(event);
			await stream?.send(chunk(shape.delta(event, at, null)));
			at += event.text.length;
			continue;
		}
		const usage = usageOf(event.usage);
		const finish = event.reason === 'length' ? 'length' : 'stop';
		if (!stream) {
			sendJson(response, { ...head, object: shape.object, choices: [shape.choice(pieces, finish)], usage });
			continue;
		}
		await stream.send(chunk(shape.delta(undefined, at, finish)));
		if (request.withUsage) await stream.send(chunk(undefined, usage));
		stream.end();
	}
}

function usageOf({ promptTokens, newTokens, reusedTokens }: Usage): object {
	return {
		prompt_tokens: promptTokens,
		completion_tokens: newTokens,
		total_tokens: promptTokens + newTokens,
		prompt_tokens_details: { cached_tokens: reusedTokens },
	};
}
