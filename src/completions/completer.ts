import { untilAborted, type Log } from '../base';
import { GenerationError, type TextGenerator } from '../generation';
import { type Candidate } from './answer';
import { AnswerCache } from './answerCache';
import { answerOf, none, type Call } from './call';
import { type Clock } from './clock';
import { commentTask } from './commentWriting';
import { Generations } from './generations';
import { Journal } from './journal';
import { modeAt } from './mode';
import { Offers } from './offer';
import { type CompletionOutcome, type CompletionStats, type OutcomeRecord, type RefusalReason } from './outcome';
import { outcomeOf, outcomeOfShown, type Found } from './outcomeOf';
import { Pace } from './pace';
import { placeOf } from './place';
import { type CompletionRequest } from './request';
import { type RunningGeneration } from './running';
import { type CompletionSettings } from './settings';
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

/** Text that may be typed ahead of a running generation's first words before it is given up. */
const typedAhead = 8;
const longestTyped = 800;

/** Turns keystrokes into suggestions: trigger, typing as suggested, cache, running request, pace, model, trims. */
export class Completer {
	private readonly cache: AnswerCache;
	private readonly pace = new Pace();
	private readonly offers = new Offers();
	private readonly journal = new Journal();
	private readonly generations: Generations;
	private last: Surroundings | undefined;
	private turn = 0;

	constructor(private readonly parts: CompleterParts) {
		this.cache = new AnswerCache(() => parts.clock.now());
		const { cache, journal, pace } = this;
		this.generations = new Generations({ clock: parts.clock, cache, journal, pace });
	}

	/** The suggestions at a cursor, or the reason for none. Never rejects for a failing model; aborting `signal` gives 'cancelled'. */
	async complete(request: CompletionRequest, signal: AbortSignal): Promise<CompletionOutcome> {
		const startedAt = this.parts.clock.now();
		const outcome = await this.answer(request, signal);
		const at = this.parts.clock.now();
		this.journal.record(request, outcome, { at, totalMs: at - startedAt });
		return outcome;
	}

	/** The cursor rests here: reads the text around it ahead, so that the first key need not wait for that. Only on this machine,
	 * and only where suggestions may be made. Never rejects. */
	async readAhead(request: CompletionRequest, signal: AbortSignal): Promise<void> {
		if (refuseAlways(request) || this.generations.running) return;
		try {
			const generator = await untilAborted(this.parts.generator(), signal);
			if (!generator || generator.model.device === 'remote' || !generator.model.roles.includes('fill')) return;
			await this.generations.readAhead(generator, placeOf(request), this.parts.settings(), signal);
		} catch (error) {
			if (!signal.aborted) this.logFailure(error);
		}
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
		if (this.offers.judge()) this.pace.noteUptake(true);
		this.pace.skipOnce();
	}

	/** The first `acceptedLength` UTF-16 units of the suggestion were accepted, counted from its own start. */
	didPartiallyAccept(id: number, acceptedLength: number): void {
		const length = this.offers.lengthOf(id);
		if (length === undefined) return;
		if (acceptedLength >= length) {
			this.didAccept(id);
			return;
		}
		this.journal.happened('partiallyAccepted');
		if (this.offers.judge()) this.pace.noteUptake(true);
	}

	/** The suggestion was dismissed explicitly (Esc); typing does not bring the same text back at this place. */
	didReject(id: number): void {
		if (this.offers.lengthOf(id) === undefined) return;
		this.journal.happened('rejected');
		if (this.offers.judge()) this.pace.noteUptake(false);
		this.offers.dismiss(id);
	}

	/** Ends a running request and forgets everything about documents, for a change of model or settings. */
	reset(): void {
		this.turn++;
		this.generations.clear();
		this.cache.clear();
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
		const taken = this.offers.uptakeAt(here);
		if (taken !== undefined) this.pace.noteUptake(taken);
		const shown = manual ? undefined : outcomeOfShown(place, here, this.offers);
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

	private fromCache(call: Call): CompletionOutcome | undefined {
		const found = this.cache.find(call.here, call.request.trigger === 'manual');
		if (!found) return undefined;
		this.generations.drop();
		return this.outcomeOf(call, { answer: found.answer, typed: found.typed, source: 'cache' });
	}

	/** Waits for the running generation if this call's text goes along with it; otherwise ends it for real. */
	private async fromCurrent(call: Call): Promise<CompletionOutcome | undefined> {
		const current = this.generations.running;
		if (!current) return undefined;
		const { run } = current;
		const alike = call.request.trigger === 'typing' && current.call.request.trigger === 'typing';
		const longest = run.textSoFar === '' ? typedAhead : longestTyped;
		const typed = alike ? typedSince(current.call.here, call.here, longest, start => run.continues(start)) : undefined;
		if (typed === undefined) {
			this.generations.drop();
			return undefined;
		}
		const result = await run.wait(typed, call.signal);
		const gone = this.goneSince(call);
		if (gone) return gone;
		if (result === 'timeLimit') return none('timeLimit');
		if (result === 'diverged') this.generations.drop();
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
		this.generations.drop();
		const manual = call.request.trigger === 'manual';
		const startedAt = this.parts.clock.now();
		const run = this.generations.start(generator, call, 0);
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
		const { ms, isRest } = this.pace.waitFor(call.place.linePrefix, call.deleted, call.settings);
		if (ms > 0) await this.parts.clock.delay(ms, call.signal);
		const gone = this.goneSince(call);
		return gone && isRest ? none('resting') : gone;
	}

	private async generatorFor(call: Call): Promise<TextGenerator | undefined> {
		try {
			return await untilAborted(this.parts.generator(), call.signal);
		} catch (error) {
			this.logFailure(error);
			return undefined;
		}
	}

	/** More candidates for a manual trigger, one after the other. */
	private async variations(generator: TextGenerator, call: Call): Promise<readonly Candidate[]> {
		const found: Candidate[] = [];
		for (let candidate = 1; candidate < call.settings.manualCandidates; candidate++) {
			const run = this.generations.start(generator, call, candidate);
			await run.wait('', call.signal);
			if (this.goneSince(call)) break;
			if (run.candidate) found.push(run.candidate);
		}
		return found;
	}

	private outcomeOf(call: Call, found: Found): CompletionOutcome {
		return outcomeOf(call, found, this.offers);
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
		this.generations.drop();
		return none(reason);
	}

	private goneSince(call: Call): CompletionOutcome | undefined {
		if (call.signal.aborted) return none('cancelled');
		return call.turn === this.turn ? undefined : none('superseded');
	}
}
