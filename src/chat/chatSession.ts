import { Emitter, type Disposable } from '../base';
import { GenerationError } from '../generation';
import { AnswerWriting, keepAfterMs } from './answerWriting';
import { type AnswerEvent, type AskedQuestion, type PromptUsage } from './chatAnswer';
import { type ContextItem } from './context';
import { pathOf, type Answer, type Conversation, type Summary, type Turn } from './conversation';
import { type SummaryRequest } from './olderTurns';
import { addReasoning, applyRecord, mergeRecords, type AnswerEnd, type SessionRecord } from './sessionRecord';

/** Where the records of one conversation are kept. */
export interface SessionJournal {
	/** Keeps records, in order. 'durable' resolves when they would survive a power cut. Throws when they cannot be kept; they are
	 * tried again with the next ones. */
	append(records: readonly SessionRecord[], how: 'soon' | 'durable'): Promise<void>;
	/** Keeps records, and those that wait, before it returns: the process is about to end. Nothing can be kept after it. Never throws. */
	close(records: readonly SessionRecord[]): void;
}

export interface SessionParts {
	readonly journal: SessionJournal;
	/** @throws GenerationError */
	answer(question: AskedQuestion, signal: AbortSignal): AsyncIterable<AnswerEvent>;
	/** Summarizes older turns; undefined when that was stopped. @throws GenerationError */
	summarize(request: SummaryRequest, signal: AbortSignal): Promise<Omit<Summary, 'at'> | undefined>;
	now(): number;
	/** Resolves after so many milliseconds, or as soon as the signal aborts. */
	delay(ms: number, signal: AbortSignal): Promise<void>;
	newId(): string;
	/** A failure that is no GenerationError: a bug, for the log. */
	onBug(error: unknown): void;
	/** A summary could not be made; its turns will be left out. */
	onNoSummary(error: GenerationError): void;
}

export type SessionChange =
	/** Turns, title or phase changed: draw again. */
	| { readonly kind: 'turns' }
	/** More of an answer, or of the thoughts before it. */
	| { readonly kind: 'text' | 'reasoning'; readonly answer: string; readonly text: string };

/** 'waiting': the model loads or reads the prompt; 'answering': text arrives. */
export type SessionPhase = 'idle' | 'waiting' | 'answering';

/** One conversation that goes on: asks the model, keeps every turn, and tells whoever shows it. */
export class ChatSession implements Disposable {
	private readonly changed = new Emitter<SessionChange>();
	readonly onChange = this.changed.event;
	private controller: AbortController | undefined;
	private currentPhase: SessionPhase = 'idle';
	private work: Promise<void> = Promise.resolve();
	/** The summary that is being made behind the conversation. */
	private summary: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
	private writing: AnswerWriting | undefined;
	private isDisposed = false;
	/** Why the last records could not be kept; undefined while all is well. */
	unsaved: unknown;
	/** Of the latest prompt. */
	usage: PromptUsage | undefined;

	constructor(
		public conversation: Conversation,
		private readonly parts: SessionParts,
	) {}

	get phase(): SessionPhase {
		return this.currentPhase;
	}

	/** Asks a question after the turn that is shown last. Resolves when it was answered, stopped or failed. */
	async send(text: string, context: readonly ContextItem[]): Promise<void> {
		if (this.phase !== 'idle' || text.trim() === '') return;
		await this.busy(this.ask(pathOf(this.conversation).at(-1)?.id, text, together(context)));
	}

	/** Asks a question in other words, with what they name besides; the old wording and what followed it stay as a variant. */
	async edit(id: string, text: string, named: readonly ContextItem[] = []): Promise<void> {
		const question = this.conversation.turns.get(id);
		if (this.phase !== 'idle' || question?.kind !== 'question' || text.trim() === '') return;
		await this.busy(this.ask(question.parent, text, together(question.context, named)));
	}

	/** Answers a question once more; the old answer stays as a variant. */
	async regenerate(id: string): Promise<void> {
		const answer = this.conversation.turns.get(id);
		if (this.phase !== 'idle' || answer?.kind !== 'answer' || !this.conversation.turns.has(answer.parent)) return;
		await this.busy(this.answer(answer.parent));
	}

	/** Shows another variant. */
	async choose(id: string): Promise<void> {
		if (this.phase === 'idle' && this.conversation.turns.has(id))
			await this.keep([{ type: 'choose', turn: id }], 'soon');
	}

	async rename(name: string): Promise<void> {
		await this.keep([{ type: 'rename', name: name.trim() }], 'durable');
	}

	async pin(pinned: boolean): Promise<void> {
		await this.keep([{ type: 'pin', pinned }], 'durable');
	}

	/** Tries once more to keep what could not be kept. */
	async saveAgain(): Promise<void> {
		await this.write([], 'durable');
	}

	/** Takes over what another window added to the same conversation. */
	merge(records: readonly SessionRecord[]): void {
		this.conversation = mergeRecords(this.conversation, records);
		this.changed.fire({ kind: 'turns' });
	}

	/** Ends the answer under way; what was written of it stays. A summary that is being made is given up. */
	stop(): void {
		this.controller?.abort();
		this.summary?.controller.abort();
	}

	/** Ends the answer under way and resolves when all of it was kept. */
	async end(): Promise<void> {
		this.stop();
		await this.work;
		await this.summary?.done;
	}

	/** What was written of the answer under way is kept; it counts as interrupted, not as stopped by the person. */
	dispose(): void {
		this.isDisposed = true;
		const { writing } = this;
		this.parts.journal.close(writing ? [{ type: 'text', answer: writing.answer, text: writing.take() }] : []);
		this.stop();
		this.changed.dispose();
	}

	private busy(work: Promise<void>): Promise<void> {
		this.work = work;
		return work;
	}

	private async ask(parent: string | undefined, text: string, context: readonly ContextItem[]): Promise<void> {
		const id = this.parts.newId();
		// Set before the first wait, so that a second click finds the session busy.
		this.currentPhase = 'waiting';
		await this.keep([{ type: 'question', id, parent, text, context, at: this.parts.now() }], 'durable');
		await this.answer(id);
	}

	private async answer(question: string): Promise<void> {
		const controller = new AbortController();
		this.controller = controller;
		const path = pathTo(this.conversation, question);
		const asked = { path, summaries: [...this.conversation.summaries.values()] };
		let due: SummaryRequest | undefined;
		const writing = new AnswerWriting(question, this.parts.newId(), this.parts.now());
		this.writing = writing;
		this.setPhase('waiting');
		let end: Omit<AnswerEnd, 'text'> = { state: 'stopped' };
		try {
			for await (const event of this.parts.answer(asked, controller.signal)) {
				if (event.type === 'begin') due = event.due;
				if (event.type === 'end') end = endAfter(event);
				else await this.receive(event, writing);
			}
		} catch (error) {
			if (!(error instanceof GenerationError)) this.parts.onBug(error);
			end = { state: 'failed', error: error instanceof GenerationError ? error.code : 'unknown' };
		}
		this.controller = undefined;
		this.writing = undefined;
		this.currentPhase = 'idle';
		writing.ended.abort();
		const { begun, answer, text, reasoning } = writing;
		const beginning = begun ? [] : [writing.begin({ model: '', device: '' })];
		if (due && end.state !== 'failed' && !controller.signal.aborted) this.summarize(due);
		// What was thought before a failure stays too.
		const thoughts = reasoning === '' ? {} : { reasoning };
		await this.keep([...beginning, { type: 'end', answer, text, ...thoughts, ...end }], 'durable');
	}

	/** Makes a summary behind the conversation, one at a time: whoever asks on meanwhile does not wait for it. */
	private summarize(request: SummaryRequest): void {
		if (this.summary) return;
		const controller = new AbortController();
		const done = this.keepSummary(request, controller.signal).finally(() => (this.summary = undefined));
		this.summary = { controller, done };
	}

	private async keepSummary(request: SummaryRequest, signal: AbortSignal): Promise<void> {
		try {
			const made = await this.parts.summarize(request, signal);
			if (made && !signal.aborted) await this.keep([{ type: 'summary', ...made, at: this.parts.now() }], 'durable');
		} catch (error) {
			if (error instanceof GenerationError) this.parts.onNoSummary(error);
			else this.parts.onBug(error);
		}
	}

	private async receive(event: Exclude<AnswerEvent, { type: 'end' }>, writing: AnswerWriting): Promise<void> {
		if (event.type === 'begin') {
			this.usage = event.usage;
			this.currentPhase = 'answering';
			const { model, device, given, older } = event;
			const facts = { ...(given.length > 0 && { given }), ...(older && { older }) };
			await this.keep([writing.begin({ model, device, ...facts })], 'soon');
			return;
		}
		const { answer } = writing;
		if (event.type === 'reasoning') {
			writing.reasoning += event.text;
			this.conversation = addReasoning(this.conversation, answer, event.text);
			this.changed.fire({ kind: 'reasoning', answer, text: event.text });
			return;
		}
		writing.text += event.text;
		this.conversation = applyRecord(this.conversation, { type: 'text', answer, text: event.text });
		this.changed.fire({ kind: 'text', answer, text: event.text });
		void this.keepText(writing);
	}

	/** Keeps what was written of an answer a moment later, whether or not more of it follows. */
	private async keepText(writing: AnswerWriting): Promise<void> {
		if (writing.isDue) return;
		writing.isDue = true;
		await this.parts.delay(keepAfterMs, writing.ended.signal);
		writing.isDue = false;
		// The end has all of the text.
		if (writing.ended.signal.aborted) return;
		await this.write([{ type: 'text', answer: writing.answer, text: writing.take() }], 'soon');
	}

	private setPhase(phase: SessionPhase): void {
		this.currentPhase = phase;
		this.changed.fire({ kind: 'turns' });
	}

	/** Applies records, then writes them: what is on the screen does not wait for the disk. */
	private async keep(records: readonly SessionRecord[], how: 'soon' | 'durable'): Promise<void> {
		for (const record of records) this.conversation = applyRecord(this.conversation, record);
		this.changed.fire({ kind: 'turns' });
		await this.write(records, how);
	}

	private async write(records: readonly SessionRecord[], how: 'soon' | 'durable'): Promise<void> {
		if (this.isDisposed) return;
		const before = this.unsaved;
		this.unsaved = await this.parts.journal.append(records, how).then(
			() => undefined,
			(error: unknown) => error,
		);
		if (this.unsaved !== before) this.changed.fire({ kind: 'turns' });
	}
}

/** Each item once. */
function together(...items: readonly (readonly ContextItem[])[]): readonly ContextItem[] {
	return [...new Map(items.flat().map(item => [`${item.kind}:${item.id}`, item])).values()];
}

function endAfter({ type, reason, ...facts }: Extract<AnswerEvent, { type: 'end' }>): Omit<AnswerEnd, 'text'> {
	return { state: stateAfter(reason), ...facts };
}

function stateAfter(reason: 'stop' | 'length' | 'cancelled'): Answer['state'] {
	if (reason === 'cancelled') return 'stopped';
	return reason === 'length' ? 'cut' : 'complete';
}

function pathTo({ turns }: Conversation, id: string): readonly Turn[] {
	const path: Turn[] = [];
	for (let next: string | undefined = id; next !== undefined;) {
		const turn: Turn | undefined = turns.get(next);
		if (!turn) break;
		path.unshift(turn);
		next = turn.parent;
	}
	return path;
}
