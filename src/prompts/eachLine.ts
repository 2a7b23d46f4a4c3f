import { GenerationError, type DoneReason, type TaskAbility } from '../generation';
import { isSourceCode } from './comments';
import { joinsWithoutSpaces } from './languages';
import { lineAt } from './lines';
import { type ModelCalls } from './modelCalls';
import { isAlreadyIn, isInScriptOf, sourcesOf } from './scripts';
import { lineSegments, type Segment } from './segments';
import { splitSentences } from './sentences';
import { splitText } from './split';
import { type TaskEvent } from './taskEvents';

/**
 * Translates sentence by sentence with a model that was trained on single lines. Blank lines, indentation, Markdown
 * markers, code and links go into the result unchanged; a sentence the model fails on, or is not sure enough of, stays as it was
 * and is noted.
 * @throws GenerationError unsupportedTask when not one sentence could be translated
 */
export async function* eachLine(calls: ModelCalls, task: TaskAbility): AsyncGenerator<TaskEvent, DoneReason> {
	const translator = new SentenceTranslator(calls, task);
	const events = translateLines(calls, translator);
	// Nothing is shown before the first sentence is translated: a copy of the text is no result.
	let held = '';
	for (;;) {
		const next = await events.next();
		if (next.done || translator.translated > 0) {
			if (held !== '') yield { type: 'text', text: held };
			held = '';
		}
		if (next.done) return next.value;
		if (next.value.type === 'text' && translator.translated === 0) held += next.value.text;
		else yield next.value;
	}
}

async function* translateLines(
	calls: ModelCalls,
	translator: SentenceTranslator,
): AsyncGenerator<TaskEvent, DoneReason> {
	const { text, document, signal } = calls.run;
	const segments = lineSegments(text, document.languageId);
	const total = segments.filter(segment => segment.kind === 'text').length;
	if (isSourceCode(document.languageId)) yield { type: 'note', note: { kind: 'commentsOnly', comments: total } };
	const failed: number[] = [];
	let done = 0;
	let reason: DoneReason = 'stop';
	for (const segment of segments) {
		if (signal.aborted) reason = 'cancelled';
		if (reason === 'cancelled') break;
		if (segment.kind === 'keep') {
			yield { type: 'text', text: segment.text };
			continue;
		}
		yield { type: 'progress', stage: 'parts', done: done++, total };
		reason = yield* translateSegment(segment, translator, () => failed.push(lineAt(text, segment.start)));
	}
	if (failed.length > 0 && translator.translated === 0 && reason !== 'cancelled')
		throw new GenerationError(
			'unsupportedTask',
			`${calls.run.generator.model.id} could not translate any of ${failed.length} sentences. Choose another model.`,
		);
	if (failed.length > 0) {
		yield { type: 'note', note: { kind: 'untranslated', sentences: failed.length, lines: [...new Set(failed)] } };
	}
	if (translator.alreadyThere > 0)
		yield { type: 'note', note: { kind: 'alreadyThere', sentences: translator.alreadyThere } };
	return reason;
}

async function* translateSegment(
	segment: Segment,
	translator: SentenceTranslator,
	onFailure: () => void,
): AsyncGenerator<TaskEvent, DoneReason> {
	const sentences = splitSentences(segment.text);
	for (const [index, sentence] of sentences.entries()) {
		for (const piece of await translator.fit(sentence)) {
			const result = await translator.translate(piece.trim());
			if (result === 'cancelled') return 'cancelled';
			if (!result.translated) onFailure();
			const isLast = index === sentences.length - 1;
			const space = isLast ? '' : translator.spaceBetween(result.translated, /\s+$/.exec(piece)?.[0] ?? '');
			yield { type: 'text', text: result.text + space };
		}
	}
	return 'stop';
}

type Translation = { readonly text: string; readonly translated: boolean } | 'cancelled';

/** Translates sentences into one language and remembers them for the run: repeated ones cost nothing and agree. */
class SentenceTranslator {
	private readonly known = new Map<string, { readonly text: string; readonly translated: boolean }>();
	private readonly longestTokens: number;
	private readonly to: string;
	/** Sentences translated so far, and those that needed no translation. */
	translated = 0;
	alreadyThere = 0;

	constructor(
		private readonly calls: ModelCalls,
		private readonly task: TaskAbility,
	) {
		this.to = task.to ?? '';
		// A third for the sentence, the rest for an answer that may need more tokens.
		this.longestTokens = Math.max(8, Math.floor((calls.run.generator.model.contextTokens - 16) / 3));
	}

	/** A sentence in pieces that the model has room for; nearly always one. */
	async fit(sentence: string): Promise<readonly string[]> {
		// No tokenizer makes more tokens than there are UTF-8 bytes, at most 3 for one UTF-16 unit.
		if (sentence.length * 3 <= this.longestTokens) return [sentence];
		const { generator, signal } = this.calls.run;
		const budget = { tokens: this.longestTokens, countTokens: (text: string) => generator.countTokens(text) };
		return (await splitText(sentence, budget, signal)).map(part => part.text);
	}

	async translate(sentence: string): Promise<Translation> {
		const known = this.known.get(sentence);
		if (known) return known;
		if (!/\p{L}/u.test(sentence)) return { text: sentence, translated: true };
		if (this.isAlready(sentence)) {
			this.alreadyThere++;
			return { text: sentence, translated: true };
		}
		const answer = await this.calls.gather({
			text: sentence,
			maxTokens: Math.min(2 * this.longestTokens, 16 + sentence.length * 2),
		});
		if (answer.reason === 'cancelled') return 'cancelled';
		const isSure = answer.meanLogProbability >= (this.task.minimumLogProbability ?? -Infinity);
		const isGood = isSure && answer.reason === 'stop' && this.isTranslation(answer.text, sentence);
		if (isGood) this.translated++;
		const result = isGood ? { text: answer.text, translated: true } : { text: sentence, translated: false };
		this.known.set(sentence, result);
		return result;
	}

	/** Chinese and Japanese stand without spaces; where a line break was, it stays. */
	spaceBetween(translated: boolean, original: string): string {
		if (original.includes('\n')) return original;
		if (!joinsWithoutSpaces(this.to)) return original === '' ? ' ' : original;
		return translated ? '' : original;
	}

	private isAlready(sentence: string): boolean {
		return isAlreadyIn(this.to, sentence, sourcesOf(this.calls.run.generator.model.tasks, this.task));
	}

	/** Empty, copied, in the wrong script or endlessly repeating answers are failures. */
	private isTranslation(answer: string, sentence: string): boolean {
		if (answer === '' || answer === sentence || /(.{2,}?)\1{4,}/su.test(answer)) return false;
		return isInScriptOf(this.to, answer);
	}
}
