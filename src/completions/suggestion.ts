import { meanLogProbability, type Candidate } from './answer';
import { BracketBalance } from './bracketBalance';
import { isBlank, isUnaskedRuler, visibleWeight } from './characters';
import { canCover, coverageOf } from './coverage';
import { type Mode } from './mode';
import { type RefusalReason } from './outcome';
import { type Place } from './place';
import { type CompletionSettings } from './settings';
import { sureLength } from './sureLength';
import { lastEndOf } from './textEnd';
import { dropClosersAlreadyThere, firstTrims, fittingTrims, type NamedTrim, type TrimContext } from './trims';

/** A text that fits the place, and how many characters right of the cursor it replaces. Line ends are '\n'. */
export interface Suggestion {
	readonly text: string;
	readonly covered: number;
}

export type Trimmed = { readonly suggestion: Suggestion } | { readonly refusal: RefusalReason };

/** What it takes to turn a model's text into a suggestion. */
export interface Fitting {
	readonly place: Place;
	readonly mode: Mode;
	readonly settings: CompletionSettings;
	readonly trigger: 'typing' | 'manual';
	/** Mean log-probability a token below which nothing is shown while typing. */
	readonly minimumLogProbability?: number;
}

const mostRounds = 8;

/** Trims what a candidate says after the `typed` first characters, or says why nothing of it is shown. */
export function suggestionFrom(candidate: Candidate, typed: number, fitting: Fitting): Trimmed {
	const { place, mode, settings, trigger } = fitting;
	const { ending } = candidate;
	const context: TrimContext = { place, mode, ending, trigger, balance: new BracketBalance(place) };
	const text = candidate.text.slice(typed).replaceAll('\r', '');
	if (isBlank(text)) return { refusal: candidate.ending === 'cut' ? 'timeLimit' : 'empty' };
	const first = applyAll(firstTrims, text, context);
	if ('refusal' in first) return first;
	// Whoever asks by hand wants to see even a guess.
	const sureOf = (): number => sureLength(first.text, candidate, typed, settings.minimumProbability);
	const sure = trigger === 'manual' ? first.text : startOf(first.text, sureOf(), place);
	const isCut = sure.length < first.text.length;
	if (isBlank(sure)) return { refusal: 'lowConfidence' };
	const fitted = fitUntilStable(sure, context);
	if ('refusal' in fitted) return fitted;
	const needed = trigger === 'manual' ? 1 : settings.minimumVisibleCharacters;
	if (visibleWeight(fitted.text) < needed) return { refusal: isCut ? 'lowConfidence' : 'tooShort' };
	if (trigger === 'typing' && isUnaskedRuler(fitted.text, place.linePrefix)) return { refusal: 'tooShort' };
	const { minimumLogProbability = -Infinity } = fitting;
	const confidence = meanLogProbability(candidate, typed, typed + fitted.text.length);
	if (trigger === 'typing' && confidence < minimumLogProbability) return { refusal: 'lowConfidence' };
	return { suggestion: placed(fitted.text, place) };
}

/** The first `length` characters, what the model was sure of, up to where a text may end. */
function startOf(text: string, length: number, place: Place): string {
	return length === text.length ? text : text.slice(0, lastEndOf(text, length, place));
}

/** The rest of a suggestion that was shown and is being typed: only its end may have to change, never its being there. */
export function restOfShown(rest: string, place: Place): Suggestion | undefined {
	const balance = new BracketBalance(place);
	const text = dropClosersAlreadyThere(rest, { place, mode: 'block', ending: 'complete', trigger: 'typing', balance });
	return isBlank(text) ? undefined : placed(text, place);
}

function placed(text: string, place: Place): Suggestion {
	const coverage = coverageOf(text, place);
	return { text, covered: canCover(text, coverage, place) ? coverage.covered : 0 };
}

type Text = { readonly text: string } | { readonly refusal: RefusalReason };

function fitUntilStable(text: string, context: TrimContext): Text {
	let current = text;
	for (let round = 0; round < mostRounds; round++) {
		const next = applyAll(fittingTrims, current, context);
		if ('refusal' in next || next.text === current) return next;
		current = next.text;
	}
	return { refusal: 'duplicatesSuffix' };
}

function applyAll(trims: readonly NamedTrim[], text: string, context: TrimContext): Text {
	let current = text;
	for (const { trim, reason } of trims) {
		current = trim(current, context);
		if (isBlank(current)) return { refusal: reason };
	}
	return { text: current };
}
