import { type Answer } from './answer';
import { fittingOf, type Call } from './call';
import { type Offers } from './offer';
import { type CompletionOutcome, type CompletionSource, type RefusalReason } from './outcome';
import { type Place } from './place';
import { type RunningGeneration } from './running';
import { restOfShown, suggestionFrom, type Suggestion } from './suggestion';
import { typedSince, type Surroundings } from './surroundings';

/** An answer of the model to a call or to an earlier one. */
export interface Found {
	readonly answer: Answer;
	/** Start of the answer that was typed in the meantime. */
	readonly typed: string;
	readonly source: CompletionSource;
	/** The generation that it came from just now. */
	readonly run?: RunningGeneration;
}

/** What of an answer fits the place of a call, less what was dismissed there; it counts as shown from now on. */
export function outcomeOf(call: Call, { answer, typed, source, run }: Found, offers: Offers): CompletionOutcome {
	const { place, here, request } = call;
	const { suggestions, refusals } = suggestionsFrom(answer, typed, call);
	const usage = run?.usage === undefined ? {} : { usage: run.usage };
	const kept = suggestions.filter(({ text }) => request.trigger === 'manual' || !offers.isDismissed(place, text));
	if (kept.length === 0) return { kind: 'none', reason: refusals[0] ?? 'dismissed', ...usage };
	offers.show(
		here,
		kept.map(({ text }) => text),
		request.trigger === 'manual',
	);
	const firstTextMs = run?.firstTextMs === undefined ? {} : { firstTextMs: run.firstTextMs };
	return { kind: 'suggestions', items: offers.itemsFor(place, kept), source, ...usage, ...firstTextMs };
}

/** Typing as suggested: what is shown stays, less what was typed of it. Undefined where nothing of it is left. */
export function outcomeOfShown(place: Place, here: Surroundings, offers: Offers): CompletionOutcome | undefined {
	const { shown } = offers;
	if (!shown) return undefined;
	const rests: Suggestion[] = [];
	for (const text of shown.texts) {
		const typed = typedSince(shown.here, here, text.length, start => text.startsWith(start));
		const rest = typed === undefined || typed === text ? undefined : restOfShown(text.slice(typed.length), place);
		if (rest) rests.push(rest);
	}
	return rests.length === 0
		? undefined
		: { kind: 'suggestions', items: offers.itemsFor(place, rests), source: 'typed' };
}

interface Suggestions {
	/** Every text once. */
	readonly suggestions: readonly Suggestion[];
	readonly refusals: readonly RefusalReason[];
}

function suggestionsFrom(answer: Answer, typed: string, call: Call): Suggestions {
	const fitting = fittingOf(answer, call);
	const suggestions = new Map<string, Suggestion>();
	const refusals: RefusalReason[] = [];
	for (const candidate of answer.candidates) {
		if (!candidate.text.startsWith(typed)) continue;
		const result = suggestionFrom(candidate, typed.length, fitting);
		if ('refusal' in result) refusals.push(result.refusal);
		else if (!suggestions.has(result.suggestion.text)) suggestions.set(result.suggestion.text, result.suggestion);
	}
	return { suggestions: [...suggestions.values()], refusals };
}
