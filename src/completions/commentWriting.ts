import { untilAborted } from '../base';
import { type GenerateEvent, type GenerateRequest, type TaskAbility, type TextGenerator } from '../generation';
import { type Clock } from './clock';
import { emptyCommentAt, type EmptyComment } from './docComments';
import { type Place } from './place';
import { firstSentenceEnd } from './sentences';
import { type CompletionSettings } from './settings';

/** The task of describing a declaration, as models announce it. */
const documentTask = 'document';
const answerTokens = 64;
/** Room for the format's control tokens. */
const formatTokens = 24;
const mostRounds = 4;

/** The words of an empty doc comment, ready to be asked for. */
export interface CommentTask {
	/** Answers with one whole sentence, or with no text where the model found none. */
	readonly generator: TextGenerator;
	readonly request: GenerateRequest;
	/** Mean log-probability a token that the model's own card asks for. */
	readonly minimumLogProbability: number;
}

/** What a comment is asked with. */
export interface CommentParts {
	/** The model that was trained to document code; undefined where none is. */
	readonly documenter?: () => Promise<TextGenerator | undefined>;
	readonly clock: Clock;
	/** The describing model could not be had; the completion model is asked instead. */
	readonly onFailure: (error: unknown) => void;
}

/** The cursor of a call. */
interface Asking {
	readonly place: Place;
	readonly settings: CompletionSettings;
	readonly signal: AbortSignal;
}

/**
 * Gets the words of an empty doc comment at the cursor ready to be asked for: the model, and as much of the source as it has room
 * for. 'timeLimit' when the model is not there in time, undefined elsewhere and where no model can.
 */
export async function commentTask(
	{ documenter, clock, onFailure }: CommentParts,
	{ place, settings, signal }: Asking,
): Promise<CommentTask | 'timeLimit' | undefined> {
	const comment = documenter && emptyCommentAt(place);
	if (!comment) return undefined;
	const limit = new AbortController();
	// Started even when nobody waits so long: the model is there for a later keystroke then.
	const work = ready(comment, documenter, settings).catch((error: unknown) => {
		onFailure(error);
		return undefined;
	});
	const late = clock.delay(settings.timeLimitMs, limit.signal).then(() => 'timeLimit' as const);
	try {
		return await Promise.race([untilAborted(work, signal), late]);
	} finally {
		limit.abort();
	}
}

async function ready(
	comment: EmptyComment,
	documenter: () => Promise<TextGenerator | undefined>,
	settings: CompletionSettings,
): Promise<CommentTask | undefined> {
	const model = await documenter();
	const ability = model?.model.tasks.find(({ task }) => task === documentTask);
	if (!model || !ability) return undefined;
	const text = await fitting(comment.source, model);
	return {
		generator: new SentenceGenerator(model, comment),
		request: requestFor(text, ability, settings),
		minimumLogProbability: ability.minimumLogProbability ?? -Infinity,
	};
}

function requestFor(text: string, { task }: TaskAbility, { timeLimitMs }: CompletionSettings): GenerateRequest {
	return {
		prompt: { kind: 'task', task, text, values: {}, messages: [] },
		maxTokens: answerTokens,
		sampling: { temperature: 0 },
		stop: ['\n'],
		priority: 'typing',
		timeLimitMs,
	};
}

/** The first lines of a source that the model has room for. */
async function fitting(source: string, writer: TextGenerator): Promise<string> {
	const room = writer.model.contextTokens - answerTokens - formatTokens;
	let lines = source.split('\n');
	for (let round = 0; round < mostRounds; round++) {
		const tokens = await writer.countTokens(lines.join('\n'));
		if (tokens <= room) break;
		lines = lines.slice(0, Math.max(1, Math.floor((lines.length * room * 0.95) / tokens)));
	}
	return lines.join('\n');
}

/** Turns a model's answer into the rest of a comment: its first sentence, when that is whole, between the space and the closing mark
 * that the comment lacks. */
class SentenceGenerator implements TextGenerator {
	constructor(
		private readonly writer: TextGenerator,
		private readonly comment: EmptyComment,
	) {}

	get model(): TextGenerator['model'] {
		return this.writer.model;
	}

	countTokens(text: string): Promise<number> {
		return this.writer.countTokens(text);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
		const pieces: { readonly text: string; readonly logProbability: number }[] = [];
		let text = '';
		for await (const event of this.writer.generate(request, signal)) {
			if (event.type === 'text') {
				text += event.text;
				pieces.push(event);
				continue;
			}
			if (event.type === 'reasoning') continue;
			const sentence = event.reason === 'cancelled' ? undefined : sentenceOf(text, event.reason === 'stop');
			if (sentence) yield* this.inPieces(pieces, sentence);
			// A whole sentence is all that was wanted, whatever more there was to say.
			yield sentence ? { ...event, reason: 'stop' } : event;
		}
	}

	/** The pieces of the answer as far as they are the sentence, so that how sure the model was is known for each of them. */
	private *inPieces(
		pieces: readonly { readonly text: string; readonly logProbability: number }[],
		{ start, end }: Sentence,
	): Generator<GenerateEvent> {
		let at = 0;
		let { lead } = this.comment;
		for (const { text, logProbability } of pieces) {
			const kept = text.slice(Math.max(0, start - at), Math.max(0, end - at));
			at += text.length;
			if (kept === '') continue;
			yield { type: 'text', text: lead + kept + (at >= end ? this.comment.closing : ''), logProbability };
			lead = '';
			if (at >= end) return;
		}
	}
}

interface Sentence {
	/** Offsets in the answer. */
	readonly start: number;
	readonly end: number;
}

/** The first sentence of an answer; undefined when it broke off, has no words, or would end the comment. */
function sentenceOf(answer: string, isWhole: boolean): Sentence | undefined {
	const start = answer.length - answer.trimStart().length;
	const words = answer.slice(start).split('\n', 1)[0]!;
	const length = firstSentenceEnd(words) ?? (isWhole ? words.trimEnd().length : 0);
	const sentence = words.slice(0, length);
	if (!/\p{L}/u.test(sentence) || /\*\/|"""|'''/.test(sentence)) return undefined;
	return { start, end: start + length };
}
