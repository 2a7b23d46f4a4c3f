import { GenerationError } from '../generation';

interface Chunk {
	readonly choices?: readonly { readonly delta?: { readonly content?: unknown }; readonly finish_reason?: unknown }[];
	readonly error?: { readonly message?: unknown } | string;
}

/** The text in one event of a streamed chat completion. Untrusted: anything but the documented shape is a coded error.
 * Source: OpenAI API reference, "Streaming events of chat completions". */
export function parseChatDelta(data: string): { readonly text: string; readonly finish: string | undefined } {
	let chunk: Chunk | null;
	try {
		chunk = JSON.parse(data) as Chunk | null;
	} catch (error) {
		throw new GenerationError('badResponse', 'The server sent an event that is not JSON.', { cause: error });
	}
	if (chunk?.error !== undefined)
		throw new GenerationError('badResponse', `The server reported an error while answering: ${errorText(chunk.error)}`);
	if (!Array.isArray(chunk?.choices))
		throw new GenerationError('badResponse', 'The server sent an event without choices.');
	const [choice] = chunk.choices as NonNullable<Chunk['choices']>;
	const content = choice?.delta?.content;
	return {
		text: typeof content === 'string' ? content : '',
		finish: typeof choice?.finish_reason === 'string' ? choice.finish_reason : undefined,
	};
}

function errorText(error: NonNullable<Chunk['error']>): string {
	if (typeof error === 'string') return error;
	return typeof error.message === 'string' ? error.message : 'no reason given';
}
