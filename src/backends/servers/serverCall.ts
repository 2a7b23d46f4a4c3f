import { GenerationError, type GenerateRequest, type NetworkPurpose, type Prompt } from '../../generation';
import { fillCall, type FillCall, type FillMethod } from './fillMethod';
import { probabilityField } from './logProbabilities';
import { addressOf, type ServerKind } from './serverKind';

/** A request in the words of a server, ready to be sent. */
export interface ServerCall {
	readonly url: string;
	readonly purpose: NetworkPurpose;
	readonly body: Readonly<Record<string, unknown>>;
	/** Ends of the answer that the way of filling in adds. */
	readonly stop: readonly string[];
	/** All text in it, for an estimate of its tokens. */
	readonly text: string;
}

/** Which model, where, and how it fills in. */
export interface CallTarget {
	readonly url: string;
	readonly model: string;
	/** Absent where it is not known. */
	readonly kind?: ServerKind;
	/** Absent where it cannot complete at a cursor. */
	readonly fill?: FillMethod;
}

/** The common protocol takes no more; all of them are applied on this side too. */
const mostStops = 4;

/** Puts a request into the common protocol, or into llama.cpp's own for /infill.
 * @throws GenerationError unsupportedTask for what this server, or no server, can be asked */
export function serverCall(request: GenerateRequest, target: CallTarget): ServerCall {
	const { prompt, sampling, candidates = 1, priority } = request;
	if (candidates > 1 || sampling.beams) throw notOnServers('several answers at once');
	const { purpose, fill, text, body } = contentOf(prompt, target);
	const { temperature, topP, seed } = sampling;
	const isInfill = fill !== undefined && target.fill === 'infill' && prompt.kind === 'fill';
	return {
		url: fill?.url ?? `${addressOf(target.url).base}/chat/completions`,
		purpose: priority === 'typing' ? 'completion' : purpose,
		text,
		stop: fill?.stop ?? [],
		body: {
			model: target.model,
			...body,
			stream: true,
			...(isInfill ? {} : { stream_options: { include_usage: true } }),
			[isInfill ? 'n_predict' : 'max_tokens']: request.maxTokens,
			temperature,
			...(topP === undefined ? {} : { top_p: topP }),
			...(seed === undefined ? {} : { seed }),
			...(priority === 'typing' && fill ? probabilityField(target.kind, isInfill) : {}),
			...stopField([...request.stop, ...(fill?.stop ?? [])]),
		},
	};
}

function contentOf(
	prompt: Prompt,
	{ url, model, fill: method }: CallTarget,
): {
	readonly purpose: NetworkPurpose;
	readonly fill?: FillCall;
	readonly text: string;
	readonly body: Readonly<Record<string, unknown>>;
} {
	if (prompt.kind === 'tokens') throw notOnServers('a prompt of token ids');
	if (prompt.kind === 'fill' || prompt.kind === 'continue') {
		if (prompt.kind === 'fill' && !method) throw notOnServers('filling in at a cursor, which this one cannot do');
		const fill = fillCall(method ?? 'prefix', prompt, url, model);
		const text = prompt.kind === 'fill' ? prompt.prefix + prompt.suffix : prompt.text;
		return { purpose: 'task', fill, text, body: fill.body };
	}
	const messages = prompt.messages.map(({ role, text }) => ({ role, content: text }));
	const text = prompt.messages.map(message => message.text).join('\n');
	return { purpose: prompt.kind, text, body: { messages } };
}

function stopField(stops: readonly string[]): { readonly stop?: readonly string[] } {
	return stops.length === 0 ? {} : { stop: [...new Set(stops)].slice(0, mostStops) };
}

function notOnServers(what: string): GenerationError {
	return new GenerationError('unsupportedTask', `A server is not asked for ${what}.`);
}
