import { type Log } from '../../base';
import {
	type GenerateEvent,
	type GenerateRequest,
	type ModelInfo,
	type ModelRole,
	type NetworkPurpose,
	type TextGenerator,
	type Usage,
} from '../../generation';
import { type OpenAiTokens } from '../tokenProcess';
import { Admission } from './admission';
import { parseAnswerChunk, type AnswerChunk } from './answerChunk';
import { AnswerReader } from './answerReader';
import { type FillMethod } from './fillMethod';
import { OptionalFields } from './optionalFields';
import { Retries } from './retries';
import { serverCall, type ServerCall } from './serverCall';
import { ServerError } from './serverError';
import { type ServerKind } from './serverKind';
import { estimateTokens, TokenCounter } from './tokenCounter';
import { hostOf, Transport, type TransportOptions } from './transport';

/** What is known about a model on a server before it is used; found out once, when it is connected. */
export interface ServerFacts {
	readonly kind: ServerKind;
	/** Absent where the server does not tell. */
	readonly contextTokens?: number;
	/** Absent where it cannot complete at a cursor. */
	readonly fill?: FillMethod;
}

export interface OpenAiServerOptions extends TransportOptions {
	/** Address that ends before '/chat/completions', such as 'http://127.0.0.1:8000/v1'. */
	readonly url: string;
	readonly model: string;
	readonly facts: ServerFacts;
	/** What its connections are for, where that is not what a prompt says: a server that is tried is being set up. */
	readonly purpose?: NetworkPurpose;
	/** Counts tokens of models whose vocabulary is known. Absent: they are estimated. */
	readonly tokens?: OpenAiTokens;
	/** Told the numbers of every answer. */
	readonly log?: Log;
	/** Waits between tries while the server is busy or away, in milliseconds. */
	readonly retryDelaysMs?: readonly number[];
}

/** What small deployments commonly serve, for servers that do not tell. */
const usualContextTokens = 8192;

/** A model on an OpenAI-compatible server (vLLM, llama.cpp, Ollama ...). Talks to the origin of its address and nowhere else. Lives as
 * long as the connection's settings: it remembers what the server refused and when it wants to be left alone. */
export class OpenAiServer implements TextGenerator {
	private readonly info: ModelInfo;
	private readonly transport: Transport;
	private readonly counter: TokenCounter;
	private readonly admission = new Admission();
	private readonly fields = new OptionalFields();
	private readonly retries: Retries;

	constructor(private readonly options: OpenAiServerOptions) {
		const { url, model, facts } = options;
		this.transport = new Transport(options);
		this.counter = new TokenCounter({
			url,
			model,
			kind: facts.kind,
			transport: this.transport,
			...(options.tokens && { tokens: options.tokens }),
		});
		this.retries = new Retries(options.retryDelaysMs);
		const host = hostOf(url);
		const fill: readonly ModelRole[] = facts.fill ? ['fill'] : [];
		this.info = {
			id: model,
			name: `${model} (${host})`,
			roles: [...fill, 'task', 'chat'],
			tasks: [],
			contextTokens: facts.contextTokens ?? usualContextTokens,
			device: 'remote',
			host,
			loadMs: 0,
		};
	}

	/** As it is now: a server may turn out not to count. */
	get model(): ModelInfo {
		return { ...this.info, tokenCounts: this.counter.kind };
	}

	countTokens(text: string): Promise<number> {
		return this.counter.count(text);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
		const call = this.callFor(request);
		const reader = new AnswerReader(request, [...request.stop, ...call.stop]);
		const leave = await this.admission.enter(request.priority, signal);
		try {
			if (leave) yield* this.answer(call, request, { reader, signal });
		} finally {
			leave?.();
		}
		// No text follows a cancel; what is held back is lost with it.
		if (!signal.aborted) yield* reader.flush();
		const done = reader.done(signal.aborted, estimateTokens(call.text));
		this.note(call, done.usage);
		yield done;
	}

	private async *answer(
		call: ServerCall,
		request: GenerateRequest,
		{ reader, signal }: { readonly reader: AnswerReader; readonly signal: AbortSignal },
	): AsyncGenerator<GenerateEvent, void, undefined> {
		const limit = new TimeLimit(request.timeLimitMs);
		const any = AbortSignal.any([signal, limit.signal]);
		try {
			for (let isOver = false, attempt = 0; !isOver; attempt++) {
				try {
					await this.retries.untilWelcome(request.priority, any);
					yield* this.pieces(call, reader, { signal: any, limit });
					isOver = true;
				} catch (error) {
					const again = reader.isEmpty && (await this.retries.afterFailure(error, { attempt, request, signal: any }));
					if (!again && !any.aborted) throw error;
					isOver = any.aborted;
				}
			}
			if (limit.signal.aborted) reader.cut();
		} finally {
			limit.stop();
		}
	}

	private async *pieces(
		call: ServerCall,
		reader: AnswerReader,
		{ signal, limit }: { readonly signal: AbortSignal; readonly limit: TimeLimit },
	): AsyncGenerator<GenerateEvent, void, undefined> {
		for await (const chunk of this.chunks(call, signal)) {
			if (signal.aborted) return;
			for (const piece of reader.take(chunk)) {
				if (piece.type === 'text') limit.start();
				yield piece;
			}
			if (reader.isStopped) return;
		}
		if (!signal.aborted) reader.requireEnd(this.model.host ?? '');
	}

	/** Events of the answer; asked again without the fields that this server does not know. */
	private async *chunks(call: ServerCall, signal: AbortSignal): AsyncGenerator<AnswerChunk | 'end'> {
		for (;;) {
			const body = this.fields.fit(call.body);
			try {
				for await (const data of this.transport.events(call.url, call.purpose, body, signal))
					yield data.trim() === '[DONE]' ? 'end' : parseAnswerChunk(data);
				return;
			} catch (error) {
				const refused = error instanceof ServerError && error.step === 'request';
				if (!refused || !this.fields.learn(error.said, body)) throw error;
			}
		}
	}

	private note({ purpose }: ServerCall, { promptTokens, reusedTokens, newTokens, prefillMs, estimated }: Usage): void {
		const prompt = `${estimated ? 'about ' : ''}${promptTokens} tokens of prompt (${reusedTokens} still in its cache)`;
		this.options.log?.debug(
			`${this.info.name}, ${purpose}: ${prompt}, first word after ${Math.round(prefillMs)} ms, ${newTokens} new tokens.`,
		);
	}

	private callFor(request: GenerateRequest): ServerCall {
		const { url, model, facts, purpose } = this.options;
		const call = serverCall(request, { url, model, kind: facts.kind, ...(facts.fill && { fill: facts.fill }) });
		return purpose ? { ...call, purpose } : call;
	}
}

/** Ends an answer some time after its first text. */
class TimeLimit {
	private readonly controller = new AbortController();
	readonly signal = this.controller.signal;
	private timer: NodeJS.Timeout | undefined;

	constructor(private readonly milliseconds: number | undefined) {}

	start(): void {
		if (this.milliseconds === undefined) return;
		this.timer ??= setTimeout(() => this.controller.abort(), this.milliseconds);
	}

	stop(): void {
		clearTimeout(this.timer);
	}
}
