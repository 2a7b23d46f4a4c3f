import { type Place } from './place';
import { keepsSuffix } from './suffixReuse';
import { estimateTokens, lengthOfTokens } from './tokenEstimate';

/** The part of a document the model is shown. Text uses '\n'. */
export interface PromptWindow {
	readonly prefix: string;
	readonly suffix: string;
}

/** Budgets in estimated tokens. */
export interface WindowBudget {
	readonly prefixTokens: number;
	readonly suffixTokens: number;
	/** Most lines of suffix. */
	readonly suffixLines: number;
}

interface Pin {
	/** First line of the window, its text and the document's length then, to notice lines added or removed above it. */
	readonly line: number;
	readonly text: string;
	readonly lineCount: number;
	readonly suffix: string;
}

const rememberedDocuments = 8;
/** Share of the budget that is filled when a window is placed anew; the rest is room to type. */
const placedShare = 3 / 4;

/**
 * Cuts prompts so that consecutive ones share their start: the engine then reuses its cache instead of computing the prompt
 * again. The window's first line stays until the text overflows the budget, the suffix until it really differs.
 */
export class ContextWindows {
	private readonly pins = new Map<string, Pin>();

	/** Reads only the lines of the window. */
	windowAt(place: Place, budget: WindowBudget): PromptWindow {
		const { document } = place;
		const pin = this.pins.get(document.uri);
		const line = firstLine(place, pin, budget.prefixTokens);
		const fresh = suffixAt(place, budget);
		const suffix = pin !== undefined && keepsSuffix(pin.suffix, fresh) ? pin.suffix : fresh;
		this.pins.delete(document.uri);
		this.pins.set(document.uri, { line, text: document.lineAt(line), lineCount: document.lineCount, suffix });
		const [oldest] = this.pins.keys();
		if (this.pins.size > rememberedDocuments && oldest !== undefined) this.pins.delete(oldest);
		return { prefix: prefixFrom(place, line, budget.prefixTokens), suffix };
	}

	clear(): void {
		this.pins.clear();
	}
}

function firstLine(place: Place, pin: Pin | undefined, budget: number): number {
	const pinned = pin && pinnedLine(place, pin);
	if (pinned !== undefined && fits(place, pinned, budget)) return pinned;
	if (fits(place, 0, budget)) return 0;
	return lineWithin(place, budget * placedShare);
}

/** Where the pinned first line is now, if it is still above the cursor. */
function pinnedLine(place: Place, pin: Pin): number | undefined {
	const moved = pin.line + place.document.lineCount - pin.lineCount;
	for (const line of [pin.line, moved]) {
		if (line === place.line && line === pin.line) return line;
		if (line >= 0 && line < place.line && place.document.lineAt(line) === pin.text) return line;
	}
	return undefined;
}

function fits(place: Place, line: number, budget: number): boolean {
	return lineWithin(place, budget, line) === line;
}

/** The first of the lines that end with the cursor's and fit the budget together, no higher than `top`. */
function lineWithin(place: Place, budget: number, top = 0): number {
	let tokens = estimateTokens(place.linePrefix);
	let line = place.line;
	while (line > top) {
		tokens += estimateTokens(place.document.lineAt(line - 1)) + 0.3;
		if (tokens > budget) break;
		line--;
	}
	return line;
}

/** Joins the window's lines. A single line that is too long by itself is cut at steps of a quarter of the budget, so that its
 * start stays while it grows. */
function prefixFrom(place: Place, line: number, budget: number): string {
	if (line === place.line) {
		const excess = estimateTokens(place.linePrefix) - budget;
		if (excess <= 0) return place.linePrefix;
		const step = budget / 4;
		return place.linePrefix.slice(lengthOfTokens(place.linePrefix, Math.ceil(excess / step) * step));
	}
	const lines: string[] = [];
	for (let index = line; index < place.line; index++) lines.push(place.document.lineAt(index));
	lines.push(place.linePrefix);
	return lines.join('\n');
}

function suffixAt(place: Place, budget: WindowBudget): string {
	const lines = [place.lineSuffix];
	let tokens = estimateTokens(place.lineSuffix);
	const last = Math.min(place.document.lineCount, place.line + budget.suffixLines);
	for (let line = place.line + 1; line < last; line++) {
		const text = place.document.lineAt(line);
		tokens += estimateTokens(text) + 0.3;
		if (tokens > budget.suffixTokens) break;
		lines.push(text);
	}
	const suffix = lines.join('\n');
	return tokens <= budget.suffixTokens || lines.length > 1
		? suffix
		: suffix.slice(0, Math.ceil(budget.suffixTokens * 2));
}
