import {
	GenerationError,
	type DoneReason,
	type GenerateRequest,
	type Prompt,
	type Sampling,
	type TextGenerator,
	type Usage,
} from '../generation';
import { type Ability } from './ability';
import { continuingStyle } from './continuingStyle';
import { type TaskEvent, type TaskNote } from './taskEvents';
import { renderCombine, renderTemplate, type Template } from './template';

/** One run of a template on a text. */
export interface TaskRun {
	readonly template: Template;
	readonly text: string;
	/** Values of the template; missing ones have its defaults. `language` is a BCP 47 tag. */
	readonly values: Readonly<Record<string, string>>;
	readonly document: TaskDocument;
	readonly generator: TextGenerator;
	readonly signal: AbortSignal;
}

/** Facts about where the text comes from. */
export interface TaskDocument {
	/** VS Code's language id, 'markdown'. */
	readonly languageId: string;
	/** Name without folders, shown to the model; '' when there is none. */
	readonly fileName: string;
}

/** What to ask in one call. */
export interface Call {
	readonly text: string;
	readonly maxTokens: number;
	/** Which part of how many, from 1. */
	readonly part?: number;
	readonly parts?: number;
	readonly combine?: boolean;
	/** Ends this call alone. */
	readonly end?: AbortSignal;
}

export interface Answer {
	readonly text: string;
	readonly reason: DoneReason;
	/** Mean natural-log probability of its tokens: how sure the model was. */
	readonly meanLogProbability: number;
}

const noUsage: Usage = { promptTokens: 0, reusedTokens: 0, cutTokens: 0, newTokens: 0, prefillMs: 0, decodeMs: 0 };

/** The calls of one run to its model, with their sum. Lives as long as the run. */
export class ModelCalls {
	usage: Usage = noUsage;
	readonly tokenIds: number[] = [];
	/** Of the answer that streams or streamed last. */
	private meanLogProbability = 0;

	constructor(
		readonly run: TaskRun,
		private readonly ability: Ability,
	) {}

	/** Streams one answer as text events; white space around it is dropped. Notes what was cut. */
	async *stream(call: Call): AsyncGenerator<TaskEvent, DoneReason> {
		let held = '';
		let started = false;
		let logProbability = 0;
		const { signal, generator } = this.run;
		const events = generator.generate(this.request(call), call.end ? AbortSignal.any([signal, call.end]) : signal);
		for await (const event of events) {
			if (event.type === 'done') {
				this.meanLogProbability = logProbability / Math.max(1, event.tokenIds.length);
				for (const note of this.finish(event, call)) yield { type: 'note', note };
				return event.reason;
			}
			if (event.type === 'reasoning') continue;
			logProbability += event.logProbability;
			// White space is held back until more follows it, so that an answer never ends with any; a raw continuation may
			// well begin with it.
			const text = held + event.text;
			const trimmed = started || this.ability.kind === 'continuing' ? text : text.trimStart();
			const shown = trimmed.trimEnd();
			held = trimmed.slice(shown.length);
			if (shown === '') continue;
			started = true;
			yield { type: 'text', text: shown };
		}
		throw new GenerationError('badResponse', 'The model stopped without saying that it was done.');
	}

	/** One whole answer and what was cut from it. */
	async gather(call: Call): Promise<Answer & { readonly notes: readonly TaskNote[] }> {
		const stream = this.stream(call);
		const notes: TaskNote[] = [];
		let text = '';
		for (;;) {
			const next = await stream.next();
			if (next.done) return { text, reason: next.value, notes, meanLogProbability: this.meanLogProbability };
			if (next.value.type === 'text') text += next.value.text;
			else if (next.value.type === 'note') notes.push(next.value.note);
		}
	}

	/** Tokens that a call costs apart from its text: the template's own words and the frame around messages. */
	async overheadTokens(kind: 'ask' | 'combine'): Promise<number> {
		if (this.ability.kind !== 'instructed') return 16;
		const messages = this.messages({ text: '', maxTokens: 0, part: 99, parts: 99, combine: kind === 'combine' });
		const words = await this.run.generator.countTokens(messages.map(message => message.text).join('\n'));
		return words + 8 * messages.length + 16;
	}

	private request(call: Call): GenerateRequest {
		const { template, document } = this.run;
		const perLine = this.ability.kind === 'trained' && this.ability.task.unit === 'line';
		return {
			prompt: this.prompt(call),
			maxTokens: call.maxTokens,
			sampling: this.sampling(),
			stop: perLine ? [...template.stop, '\n'] : template.stop,
			priority: 'command',
			...(this.ability.kind === 'continuing' && continuingStyle(document.languageId, template.temperature)),
		};
	}

	private sampling(): Sampling {
		const { temperature } = this.run.template;
		const { taskSampling: own } = this.run.generator.model;
		// Who trained a model for a task, or for beams, knows how; a template's temperature is for models that follow instructions.
		if (own && (this.ability.kind === 'trained' || own.beams)) return own;
		return { topP: 0.95, ...own, temperature };
	}

	private prompt(call: Call): Prompt {
		const { template, values, document } = this.run;
		if (this.ability.kind === 'continuing') {
			return { kind: 'continue', text: call.text, extension: extensionOf(document.fileName) };
		}
		// The model's own tag for the language, so that its format is found by equality.
		const to = this.ability.kind === 'trained' ? this.ability.task.to : undefined;
		const all = { ...template.values, ...values, ...(to === undefined ? {} : { language: to }) };
		return { kind: 'task', task: template.name, text: call.text, values: all, messages: this.messages(call) };
	}

	private messages(call: Call): ReturnType<typeof renderTemplate> {
		const { template, values, document } = this.run;
		const all = {
			...values,
			text: call.text,
			file: document.fileName,
			part: String(call.part ?? 1),
			parts: String(call.parts ?? 1),
		};
		return call.combine ? renderCombine(template, all) : renderTemplate(template, all);
	}

	private finish(
		done: { reason: DoneReason; usage: Usage; tokenIds: readonly number[] },
		call: Call,
	): readonly TaskNote[] {
		const { usage, reason } = done;
		this.usage = addUsage(this.usage, usage);
		for (const id of done.tokenIds) this.tokenIds.push(id);
		const notes: TaskNote[] = [];
		if (usage.cutTokens > 0) notes.push({ kind: 'promptCut', tokens: usage.cutTokens });
		if (reason === 'length') {
			notes.push({
				kind: 'answerCut',
				maxTokens: call.maxTokens,
				...(call.part === undefined ? {} : { part: call.part }),
			});
		}
		return notes;
	}
}

function addUsage(a: Usage, b: Usage): Usage {
	return {
		promptTokens: a.promptTokens + b.promptTokens,
		reusedTokens: a.reusedTokens + b.reusedTokens,
		cutTokens: a.cutTokens + b.cutTokens,
		newTokens: a.newTokens + b.newTokens,
		prefillMs: a.prefillMs + b.prefillMs,
		decodeMs: a.decodeMs + b.decodeMs,
		...(a.estimated || b.estimated ? { estimated: true } : {}),
	};
}

function extensionOf(fileName: string): string {
	return /\.([^./\\]+)$/.exec(fileName)?.[1] ?? '';
}
