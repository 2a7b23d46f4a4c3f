import { untilAborted, type Log } from '../base';
import { GenerationError, type GenerateRequest, type TextGenerator } from '../generation';
import { type Answer, type Candidate } from './answer';
import { AnswerCache } from './answerCache';
import { budgetFor, requestFor, samplingFor } from './asking';
import { answerOf, fittingOf, none, type Call } from './call';
import { type Clock } from './clock';
import { commentTask } from './commentWriting';
import { ContextWindows } from './contextWindow';
import { Journal } from './journal';
import { modeAt } from './mode';
import { Offers } from './offer';
import {
	type CompletionOutcome,
	type CompletionSource,
	type CompletionStats,
	type OutcomeRecord,
	type RefusalReason,
} from './outcome';
import { Pace } from './pace';
import { placeOf, type Place } from './place';
import { type CompletionRequest } from './request';
import { RunningGeneration } from './running';
import { type CompletionSettings } from './settings';
import { StopRules } from './stopRules';
import { restOfShown, suggestionFrom, type Suggestion } from './suggestion';
import { isDeletion, surroundingsOf, typedSince, type Surroundings } from './surroundings';
import { refuseAlways, refuseHere } from './trigger';

/** What a Completer is made of. */
export interface CompleterParts {
	/** The model to ask; called for every engine request, so that it may start or change. Rejects with a GenerationError. */
	readonly generator: () => Promise<TextGenerator>;
	/** The model for the words of an empty doc comment, undefined where none was trained for it; absent: never asked. */
	readonly documenter?: () => Promise<TextGenerator | undefined>;
	readonly clock: Clock;
	readonly settings: () => CompletionSettings;
	readonly log: Log;
	/** Wait for the engine's numbers even when an answer was cut short. For scripts and benchmarks: costs about one token. */
	readonly waitForUsage?: boolean;
}

/** The generation that runs or ran last, and for which place. */
interface Current {
	readonly run: RunningGeneration;
	readonly call: Call;
}

/** Text that may be typed ahead of a running generation's first words before it is given up. */
const typedAhead = 8;
const longestTyped = 800;

/** Turns keystrokes into suggestions: trigger, typing as suggested, cache, running request, pace, model, trims. */
export class Completer {
	private readonly cache: AnswerCache;
	private readonly pace = new Pace();
	private readonly windows = new ContextWindows();
	private readonly offers = new Offers();
	private readonly journal = new Journal();
	private current: Current | undefined;
	private last: Surroundings | undefined;
	private turn = 0;

	constructor(private readonly parts: CompleterParts) {
		this.cache = new AnswerCache(() => parts.clock.now());
	}

	/** The suggestions at a cursor, or the reason for none. Never rejects for a failing model; aborting `signal` gives 'cancelled'. */
	async complete(request: CompletionRequest, signal: AbortSignal): Promise<CompletionOutcome> {
		const startedAt = this.parts.clock.now();
		const outcome = await this.answer(request, signal);
		const at = this.parts.clock.now();
		this.journal.record(request, outcome, { at, totalMs: at - startedAt });
		return outcome;
	}

	/** The last 20 outcomes, oldest first. */
	get recent(): readonly OutcomeRecord[] {
		return this.journal.recent;
	}

	get stats(): CompletionStats {
		return this.journal.stats;
	}

	/** The editor drew this suggestion. */
	didShow(id: number): void {
		if (this.offers.lengthOf(id) !== undefined) this.journal.happened('shown');
	}

	/** The whole suggestion was accepted; the next request is answered without waiting. */
	didAccept(id: number): void {
		if (this.offers.lengthOf(id) === undefined) return;
		this.journal.happened('accepted');
		this.pace.skipOnce();
	}

	/** The first `acceptedLength` UTF-16 units of the suggestion were accepted, counted from its own start. */
	didPartiallyAccept(id: number, acceptedLength: number): void {
		const length = this.offers.lengthOf(id);
		if (length === undefined) return;
		if (acceptedLength >= length) this.didAccept(id);
		else this.journal.happened('partiallyAccepted');
	}

	/** The suggestion was dismissed explicitly (Esc); typing does not bring the same text back at this place. */
	didReject(id: number): void {
		if (this.offers.lengthOf(id) === undefined) return;
		this.journal.happened('rejected');
		this.offers.dismiss(id);
	}

	/** Ends a running request and forgets everything about documents, for a change of model or settings. */
	reset(): void {
		this.turn++;
		this.dropCurrent();
		this.cache.clear();
		this.windows.clear();
		this.offers.clear();
	}

	/** Ends a running request. */
	dispose(): void {
		this.reset();
	}

	private async answer(request: CompletionRequest, signal: AbortSignal): Promise<CompletionOutcome> {
		if (signal.aborted) return none('cancelled');
		const turn = ++this.turn;
		const manual = request.trigger === 'manual';
		if (!manual) this.pace.noteKeystroke(this.parts.clock.now());
		const refusedAlways = refuseAlways(request);
		if (refusedAlways) return this.refuse(refusedAlways);
		const place = placeOf(request);
		const here = surroundingsOf(place);
		const deleted = isDeletion(this.last, here);
		this.last = here;
		const shown = manual ? undefined : this.restOfShown(place, here);
		if (shown) return shown;
		const refusedHere = refuseHere(request, place);
		if (refusedHere) return this.refuse(refusedHere);
		const settings = this.parts.settings();
		const call: Call = {
			request,
			place,
			here,
			mode: modeAt(request, place, settings),
			settings,
			signal,
			deleted,
			turn,
		};
		return this.fromCache(call) ?? (await this.fromCurrent(call)) ?? (await this.fromModel(call));
	}

	/** Typing as suggested: what is shown stays, less what was typed of it. */
	private restOfShown(place: Place, here: Surroundings): CompletionOutcome | undefined {
		const shown = this.offers.shown;
		if (!shown) return undefined;
		const rests: Suggestion[] = [];
		for (const text of shown.texts) {
			const typed = typedSince(shown.here, here, text.length, start => text.startsWith(start));
			const rest = typed === undefined || typed === text ? undefined : restOfShown(text.slice(typed.length), place);
			if (rest) rests.push(rest);
		}
		if (rests.length === 0) return undefined;
		return { kind: 'suggestions', items: this.offers.itemsFor(place, rests), source: 'typed' };
	}

	private fromCache(call: Call): CompletionOutcome | undefined {
		const found = this.cache.find(call.here, call.request.trigger === 'manual');
		if (!found) return undefined;
		this.dropCurrent();
		return this.outcomeOf(call, { answer: found.answer, typed: found.typed, source: 'cache' });
	}

	/** Waits for the running generation if this call's text goes along with it; otherwise ends it for real. */
	private async fromCurrent(call: Call): Promise<CompletionOutcome | undefined> {
		const current = this.current;
		if (!current?.run.isRunning) return undefined;
		const { run } = current;
		const alike = call.request.trigger === 'typing' && current.call.request.trigger === 'typing';
		const longest = run.textSoFar === '' ? typedAhead : longestTyped;
		const typed = alike ? typedSince(current.call.here, call.here, longest, start => run.continues(start)) : undefined;
		if (typed === undefined) {
			this.dropCurrent();
			return undefined;
		}
		const result = await run.wait(typed, call.signal);
		const gone = this.goneSince(call);
		if (gone) return gone;
		if (result === 'timeLimit') return none('timeLimit');
		if (result === 'diverged') this.dropCurrent();
		const text = run.candidate?.text ?? '';
		if (result !== 'finished' || !text.startsWith(typed) || text.length === typed.length) return undefined;
		if (this.parts.waitForUsage === true) await run.ended;
		const answer = answerOf(current.call, [run.candidate!]);
		return this.outcomeOf(call, { answer, typed, source: 'inFlight', run });
	}

	private async fromModel(call: Call): Promise<CompletionOutcome> {
		const gone = (await this.rest(call)) ?? this.goneSince(call);
		if (gone) return gone;
		const comment = await commentTask({ ...this.parts, onFailure: error => this.logFailure(error) }, call);
		const generator = comment ? undefined : await this.generatorFor(call);
		const goneSince = this.goneSince(call);
		if (goneSince) return goneSince;
		if (comment === 'timeLimit') return none('timeLimit');
		if (comment) return this.answerFrom(comment.generator, { ...call, mode: 'line', comment });
		if (!generator) return none('modelUnavailable');
		if (!generator.model.roles.includes('fill')) return none('modelCannotComplete');
		return this.answerFrom(generator, call);
	}

	private async answerFrom(generator: TextGenerator, call: Call): Promise<CompletionOutcome> {
		this.dropCurrent();
		const manual = call.request.trigger === 'manual';
		const startedAt = this.parts.clock.now();
		const run = this.start(generator, call, 0);
		const result = await run.wait('', call.signal);
		const goneAfter = this.goneSince(call);
		if (goneAfter) return goneAfter;
		if (result === 'timeLimit') return none('timeLimit');
		if (!run.candidate) return this.failed(run);
		this.pace.noteResponse(this.parts.clock.now() - startedAt);
		const candidates = [run.candidate, ...(manual && !call.comment ? await this.variations(generator, call) : [])];
		const answer = answerOf(call, candidates);
		if (manual) this.cache.store(answer);
		if (this.parts.waitForUsage === true) await run.ended;
		return this.goneSince(call) ?? this.outcomeOf(call, { answer, typed: '', source: 'model', run });
	}

	/** The wait before asking while typing. */
	private async rest(call: Call): Promise<CompletionOutcome | undefined> {
		if (call.request.trigger === 'manual') return undefined;
		const waitMs = this.pace.waitMs(call.place.linePrefix, call.deleted, call.settings);
		if (waitMs > 0) await this.parts.clock.delay(waitMs, call.signal);
		return this.goneSince(call);
	}

	private async generatorFor(call: Call): Promise<TextGenerator | undefined> {
		try {
			return await untilAborted(this.parts.generator(), call.signal);
		} catch (error) {
			this.logFailure(error);
			return undefined;
		}
	}

	private start(generator: TextGenerator, call: Call, candidate: number): RunningGeneration {
		const { place, mode, settings } = call;
		// Whoever asks by hand is waiting for it.
		const timeLimitMs = settings.timeLimitMs * (call.request.trigger === 'manual' ? 3 : 1);
		const asked = call.comment?.request ?? this.fillRequest(generator, call);
		const request = { ...asked, sampling: samplingFor(candidate, settings), timeLimitMs };
		this.journal.engineRequest();
		if (candidate === 0) this.pace.noteRequest();
		const run = new RunningGeneration({
			generator,
			request,
			stopRules: new StopRules(place, mode),
			clock: this.parts.clock,
			timeLimitMs,
			onFinish: answered => {
				if (candidate === 0) this.cache.store(answerOf(call, [answered]));
			},
			onUsage: usage => this.journal.usage(usage),
		});
		this.current = { run, call };
		return run;
	}

	private fillRequest(generator: TextGenerator, { place, mode, settings }: Call): GenerateRequest {
		const window = this.windows.windowAt(place, budgetFor(generator.model, settings));
		return requestFor(window, place, mode, settings);
	}

	/** More candidates for a manual trigger, one after the other. */
	private async variations(generator: TextGenerator, call: Call): Promise<readonly Candidate[]> {
		const found: Candidate[] = [];
		for (let candidate = 1; candidate < call.settings.manualCandidates; candidate++) {
			const run = this.start(generator, call, candidate);
			await run.wait('', call.signal);
			if (this.goneSince(call)) break;
			if (run.candidate) found.push(run.candidate);
		}
		return found;
	}

	private outcomeOf(
		call: Call,
		from: {
			readonly answer: Answer;
			readonly typed: string;
			readonly source: CompletionSource;
			readonly run?: RunningGeneration;
		},
	): CompletionOutcome {
		const { answer, typed, source, run } = from;
		const { place } = call;
		const fitting = fittingOf(answer, call);
		const suggestions = new Map<string, Suggestion>();
		const refusals: RefusalReason[] = [];
		for (const candidate of answer.candidates) {
			if (!candidate.text.startsWith(typed)) continue;
			const result = suggestionFrom(candidate, typed.length, fitting);
			if ('refusal' in result) refusals.push(result.refusal);
			else suggestions.set(result.suggestion.text, suggestions.get(result.suggestion.text) ?? result.suggestion);
		}
		const usage = run?.usage === undefined ? {} : { usage: run.usage };
		const kept = [...suggestions.values()].filter(
			suggestion => call.request.trigger === 'manual' || !this.offers.isDismissed(place, suggestion.text),
		);
		if (kept.length === 0) return { kind: 'none', reason: refusals[0] ?? 'dismissed', ...usage };
		this.offers.show(
			call.here,
			kept.map(suggestion => suggestion.text),
		);
		const firstTextMs = run?.firstTextMs === undefined ? {} : { firstTextMs: run.firstTextMs };
		return { kind: 'suggestions', items: this.offers.itemsFor(place, kept), source, ...usage, ...firstTextMs };
	}

	private failed(run: RunningGeneration): CompletionOutcome {
		if (run.failure !== undefined) this.logFailure(run.failure);
		return none(run.failure === undefined ? 'superseded' : 'modelUnavailable');
	}

	private logFailure(error: unknown): void {
		const code = error instanceof GenerationError ? `${error.code}: ` : '';
		this.parts.log.warn(`No completion. ${code}${error instanceof Error ? error.message : String(error)}`);
	}

	private refuse(reason: RefusalReason): CompletionOutcome {
		this.dropCurrent();
		return none(reason);
	}

	private goneSince(call: Call): CompletionOutcome | undefined {
		if (call.signal.aborted) return none('cancelled');
		return call.turn === this.turn ? undefined : none('superseded');
	}

	private dropCurrent(): void {
		this.current?.run.abort();
		this.current = undefined;
	}
}
