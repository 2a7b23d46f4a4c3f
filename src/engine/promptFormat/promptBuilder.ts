import { assertNever } from '../../base';
import {
	GenerationError,
	type ChatMessage,
	type ContinuePrompt,
	type FillPrompt,
	type Prompt,
	type TaskPrompt,
} from '../../generation';
import { servesLanguage, snippetComments, type PromptPart } from '../../prompts';
import { IncrementalEncoder, type Tokenizer } from '../tokenizer';
import { renderMessages } from './chatTemplate';
import { boundPrefix, boundSuffix, keepEnd, keepStart } from './cutting';
import { VocabularyBytes } from './healing';
import { withSourceLanguage } from './languageTokens';
import { type BuiltPrompt, type Healing, type ModelDescription, type SourceFrame } from './modelDescription';

/** Fewer tokens than this before the cursor make no sense. */
const minimumPrefixTokens = 8;

/** So much of the text behind a gap tells where the gap ends. */
const suffixCharacters = 24;
const leastSuffixCharacters = 3;

interface LongText {
	/** The placeholder it stands for. */
	readonly name: 'prefix' | 'suffix' | 'text';
	readonly ids: readonly number[];
}

/** Turns prompts into token ids for one model. Remembers the last texts, so that typing only tokenizes what changed. */
export class PromptBuilder {
	private readonly prefixEncoder: IncrementalEncoder;
	private readonly suffixEncoder: IncrementalEncoder;
	private vocabularyBytes: VocabularyBytes | undefined;

	constructor(
		private readonly model: ModelDescription,
		private readonly tokenizer: Tokenizer,
	) {
		this.prefixEncoder = new IncrementalEncoder(tokenizer);
		this.suffixEncoder = new IncrementalEncoder(tokenizer);
	}

	/** The vocabulary's bytes for token healing, sorted on first use. */
	get vocabulary(): VocabularyBytes {
		return (this.vocabularyBytes ??= new VocabularyBytes(this.tokenizer));
	}

	/**
	 * @param budgetTokens most ids the prompt may have: the context less the answer
	 * @throws GenerationError promptTooLong, unsupportedTask, badRequest
	 */
	build(prompt: Prompt, budgetTokens: number): BuiltPrompt {
		switch (prompt.kind) {
			case 'fill':
				return this.model.format.fill
					? this.fill(prompt, this.model.format.fill, budgetTokens)
					: this.prefixOnly(prompt, budgetTokens);
			case 'continue':
				return this.continue(prompt, budgetTokens);
			case 'task':
				return this.task(prompt, budgetTokens);
			case 'chat':
				return this.chat(prompt.messages, budgetTokens);
			case 'tokens':
				return this.whole(this.checkIds(prompt.ids), budgetTokens);
			default:
				return assertNever(prompt);
		}
	}

	private fill(prompt: FillPrompt, parts: readonly PromptPart[], budget: number): BuiltPrompt {
		const values = { extension: prompt.extension, snippets: '' };
		const fixed = this.idsOf(parts, values, []).length;
		const room = budget - fixed;
		if (room < minimumPrefixTokens) throw tooLong(fixed + minimumPrefixTokens, budget);
		const before = boundPrefix(snippetComments(prompt.snippets, prompt.extension) + prompt.prefix, room);
		const after = boundSuffix(prompt.suffix, room);
		const prefixIds = this.prefixEncoder.encode(before.text);
		// Rounded up, so that the suffix, which stands first, keeps its length while the prefix grows.
		const step = Math.max(16, Math.floor(room / 8));
		const suffixLimit = Math.max(Math.floor(room / 4), room - Math.ceil(prefixIds.length / step) * step);
		const suffix = keepStart(this.suffixEncoder.encode(after.text), suffixLimit, this.tokenizer);
		const prefix = keepEnd(prefixIds, room - suffix.ids.length, this.tokenizer);
		const ids = this.idsOf(parts, values, [
			{ name: 'prefix', ids: prefix.ids },
			{ name: 'suffix', ids: suffix.ids },
		]);
		return {
			ids,
			cutTokens: before.cutTokens + after.cutTokens + prefix.cutTokens + suffix.cutTokens,
			stopIds: [...new Set([...this.model.stopIds, ...this.tokenIds(this.model.format.fillStop)])],
			document: { before: prefix.ids, after: suffix.ids },
			...(this.model.format.sourceFrame
				? { decoderStart: [...this.model.decoderStart, ...prefix.ids], stopTexts: beginnings(prompt.suffix) }
				: this.healing(ids, parts, 'prefix')),
		};
	}

	/** A model that was not trained to fill sees what stands before the cursor only. */
	private prefixOnly({ prefix, extension, snippets }: FillPrompt, budget: number): BuiltPrompt {
		return this.continue({ kind: 'continue', text: snippetComments(snippets, extension) + prefix, extension }, budget);
	}

	private continue({ text, extension }: ContinuePrompt, budget: number): BuiltPrompt {
		const { continue: parts, fill } = this.model.format;
		if (!parts && fill)
			return this.fill({ kind: 'fill', prefix: text, suffix: '', extension, snippets: [] }, fill, budget);
		if (!parts)
			throw new GenerationError(
				'unsupportedTask',
				'This model turns one text into another and cannot go on writing from a text. Choose a GPT-like model for that.',
			);
		const fixed = this.idsOf(parts, { extension }, []).length;
		if (budget - fixed < 1) throw tooLong(fixed + 1, budget);
		const bounded = boundPrefix(text, budget - fixed);
		const kept = keepEnd(this.prefixEncoder.encode(bounded.text), budget - fixed, this.tokenizer);
		const ids = this.idsOf(parts, { extension }, [{ name: 'text', ids: kept.ids }]);
		return {
			ids,
			cutTokens: bounded.cutTokens + kept.cutTokens,
			stopIds: this.model.stopIds,
			document: { before: kept.ids, after: [] },
			...this.healing(ids, parts, 'text'),
		};
	}

	private task(prompt: TaskPrompt, budget: number): BuiltPrompt {
		const { task, values, text } = prompt;
		const serves = (to: string | undefined): boolean => to === undefined || servesLanguage(to, values.language ?? '');
		const format = this.model.format.tasks.find(known => known.task === task && serves(known.to));
		if (!format) return this.chat(prompt.messages, budget);
		requireReasonable(text, budget);
		const ids = this.idsOf(format.prompt, { ...values, text }, []);
		const { languages } = this.model.format;
		const target = languages?.get(format.to ?? '');
		if (!languages || target === undefined) return this.whole(ids, budget);
		const decoderStart = [...this.model.decoderStart.slice(0, 1), target];
		return { ...this.whole(withSourceLanguage(ids, text, languages), budget), decoderStart };
	}

	private chat(messages: readonly ChatMessage[], budget: number): BuiltPrompt {
		const { chat } = this.model.format;
		if (!chat || messages.length === 0)
			throw new GenerationError(
				'unsupportedTask',
				'This model cannot follow instructions: its folder has no chat template. Choose another model.',
			);
		requireReasonable(messages.map(({ text }) => text).join(''), budget);
		const ids = renderMessages(chat, messages).flatMap(part =>
			'text' in part ? this.tokenizer.encode(part.text) : this.tokenizer.encodeTrusted(part.template),
		);
		return this.whole(this.framedIds(ids), budget);
	}

	private whole(ids: readonly number[], budget: number): BuiltPrompt {
		if (ids.length > budget) throw tooLong(ids.length, budget);
		return { ids, cutTokens: 0, stopIds: this.model.stopIds };
	}

	/** Ids of all parts. A part that holds the placeholder of a long text takes its ids; without one it counts as empty. */
	private idsOf(
		parts: readonly PromptPart[],
		values: Readonly<Record<string, string>>,
		long: readonly LongText[],
	): readonly number[] {
		const ids: number[] = [];
		const append = (more: readonly number[]): void => {
			for (const id of more) ids.push(id);
		};
		for (const part of parts) {
			if ('token' in part) append(this.tokenIds([part.token]));
			else
				for (const [index, piece] of part.text.split(/\{(prefix|suffix|text)\}/).entries()) {
					const own = index % 2 === 1 && !(piece in values);
					if (own) append(long.find(({ name }) => name === piece)?.ids ?? []);
					else append(this.tokenizer.encode(index % 2 === 1 ? (values[piece] ?? '') : fillIn(piece, values)));
				}
		}
		return this.framedIds(ids);
	}

	/** With the tokens that the model expects around every prompt and that are not there yet. */
	private framedIds(ids: readonly number[]): readonly number[] {
		const { bosId, sourceFrame } = this.model.format;
		if (sourceFrame) return framed(ids, sourceFrame);
		return bosId === undefined || ids[0] === bosId ? ids : [bosId, ...ids];
	}

	private tokenIds(names: readonly string[]): readonly number[] {
		return names.flatMap(name => this.tokenizer.token(name) ?? []);
	}

	/**
	 * Offered when the prompt ends in the user's text, in a token that a longer one begins with. Text is tokenized greedily, so after
	 * `f(` a model expects `('`, and after a blank a word that has the blank in it: what it would say after the cut is rarely right.
	 */
	private healing(ids: readonly number[], parts: readonly PromptPart[], name: string): { readonly healing?: Healing } {
		const last = parts.at(-1);
		const id = ids.at(-1);
		if (!last || !('text' in last) || !last.text.endsWith(`{${name}}`) || id === undefined || ids.length < 2) return {};
		const bytes = this.tokenizer.bytesOf?.(id);
		if (!bytes || endsLine(bytes) || !this.vocabulary.canContinue(bytes)) return {};
		return { healing: { keepIds: ids.length - 1, bytes } };
	}

	private checkIds(ids: readonly number[]): readonly number[] {
		const bad = ids.find(id => !Number.isInteger(id) || id < 0);
		if (bad !== undefined) throw new GenerationError('badRequest', `Prompt id ${bad} is not a token of this model.`);
		return ids;
	}
}

/** Where a line begins, a token begins as well. */
function endsLine(bytes: Uint8Array): boolean {
	return bytes.at(-1) === 0x0a || bytes.at(-1) === 0x0d;
}

function framed(ids: readonly number[], { before, after }: SourceFrame): readonly number[] {
	const begins = before.every((id, index) => ids[index] === id);
	const ends = after.every((id, index) => ids[ids.length - after.length + index] === id);
	return [...(begins ? [] : before), ...ids, ...(ends ? [] : after)];
}

/** Puts the values of short placeholders in; unknown ones stand for nothing. */
function fillIn(text: string, values: Readonly<Record<string, string>>): string {
	return text.replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : ''));
}

function tooLong(tokens: number, budget: number): GenerationError {
	return new GenerationError(
		'promptTooLong',
		`The prompt has ${tokens} tokens, but only ${budget} fit beside the answer. Select less text.`,
	);
}

/** Refuses text that cannot fit before time is spent on tokenizing it. No vocabulary averages 64 characters a token. */
function requireReasonable(text: string, budget: number): void {
	if (text.length > budget * 64) throw tooLong(Math.ceil(text.length / 64), budget);
}

/** By what the text behind a gap is known when the model comes to it; a shorter beginning could stand in the gap too. */
function beginnings(suffix: string): readonly string[] {
	const exact = suffix.slice(0, suffixCharacters).trimEnd();
	const visible = exact.trimStart();
	return visible.length < leastSuffixCharacters ? [] : [...new Set([exact, visible])];
}
