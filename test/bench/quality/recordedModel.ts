import { defaultCompletionSettings } from '../../../src/completions';
import { type GenerateEvent, type GenerateRequest, type TextGenerator, type Usage } from '../../../src/generation';
import { type AnswerFile, type Piece } from './answerFile';

/** Line ends that are recorded for a file where a line is asked for, and where a block is: more than any setting shows, so that another
 * one can be tried without the model. */
const recordedLines = { line: 2, block: 12 };

/**
 * Asks a model once and says the same again every time after, so that one answer can be judged by many settings. Without a file it
 * knows a single answer, as far as it was read. With a file it knows all that were ever asked for, at full length.
 */
export class RecordedModel implements TextGenerator {
	/** The text of the last answer, as far as it is known. */
	lastAnswer = '';
	private recorded: GenerateEvent[] | undefined;

	constructor(
		private readonly generator: TextGenerator,
		private readonly file?: AnswerFile,
	) {}

	get model(): TextGenerator['model'] {
		return this.generator.model;
	}

	countTokens(text: string): Promise<number> {
		return this.generator.countTokens(text);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
		if (this.file) {
			const pieces = this.file.find(request) ?? (await this.file.add(request, await this.answerTo(request)));
			this.lastAnswer = pieces.map(([text]) => text).join('');
			yield* replayed(pieces, request);
			return;
		}
		if (this.recorded) {
			yield* this.recorded;
			return;
		}
		const events: GenerateEvent[] = [];
		for await (const event of this.generator.generate(request, signal)) {
			events.push(event);
			if (event.type === 'text') this.lastAnswer += event.text;
			yield event;
		}
		this.recorded = events;
	}

	/** The model's own answer up to the bounds above, whatever the request's own are; ended by an empty piece where it ended itself. */
	private async answerTo(request: GenerateRequest): Promise<readonly Piece[]> {
		const enough = new AbortController();
		const pieces: Piece[] = [];
		let lines = 0;
		const { lineTokens, blockTokens } = defaultCompletionSettings;
		const most = request.maxTokens <= lineTokens ? recordedLines.line : recordedLines.block;
		for await (const event of this.generator.generate({ ...request, maxTokens: blockTokens }, enough.signal)) {
			if (event.type === 'done' && event.reason === 'stop') pieces.push(['', 0]);
			if (event.type !== 'text') continue;
			pieces.push([event.text, event.logProbability]);
			lines += event.text.split('\n').length - 1;
			if (lines >= most) enough.abort();
		}
		return pieces;
	}
}

/** A piece is about a token, so that a request's limit holds for the record too. */
function* replayed(pieces: readonly Piece[], { maxTokens }: GenerateRequest): Generator<GenerateEvent> {
	for (const [text, logProbability] of pieces.slice(0, maxTokens)) {
		if (text !== '') yield { type: 'text', text, logProbability };
	}
	const stopped = pieces.length <= maxTokens && pieces.at(-1)?.[0] === '';
	yield { type: 'done', reason: stopped ? 'stop' : 'length', usage: nothingUsed, tokenIds: [] };
}

const nothingUsed: Usage = {
	promptTokens: 0,
	reusedTokens: 0,
	cutTokens: 0,
	newTokens: 0,
	prefillMs: 0,
	decodeMs: 0,
};
