import { type CountTokens } from './contextBudget';
import {
	chooseSummary,
	coveringSummaries,
	planSummary,
	summaryBlock,
	summaryRoom,
	type CoveringSummary,
	type OlderTurns,
	type RenderedTurn,
	type SummaryRequest,
} from './olderTurns';

/** Older turns go in blocks of this share of the budget: every drop changes the start of the prompt and so costs a whole prefill. */
const blockShare = 0.25;

/** What there is for turns, in tokens. */
export interface Room {
	readonly budgetTokens: number;
	/** Beside system text and pinned context; and of that, beside the latest message. */
	readonly forTurns: number;
	readonly free: number;
	readonly latestTokens: number;
}

export interface FittedTurns {
	readonly kept: readonly RenderedTurn[];
	readonly dropped: number;
	readonly summary: CoveringSummary | undefined;
	/** All summaries of this path. */
	readonly summaries: readonly CoveringSummary[];
	/** Of the turns that are kept and the summary. */
	readonly tokens: number;
}

/** As many of the latest turns as fit; where some go, beside the summary that stands for them. */
export async function fitOlder(
	turns: readonly RenderedTurn[],
	{ budgetTokens, free }: Room,
	older: OlderTurns | undefined,
	countTokens: CountTokens,
): Promise<FittedTurns> {
	const counts = turns.map(({ tokens }) => tokens);
	const blockTokens = Math.floor(budgetTokens * blockShare);
	const summaries = older ? coveringSummaries(turns, older.summaries) : [];
	const fit = (room: number, summary?: CoveringSummary): FittedTurns => {
		const dropped = turns.length - keepLatest(counts, room, blockTokens);
		const kept = turns.slice(dropped);
		return { kept, dropped, summary, summaries, tokens: sum(kept.map(({ tokens }) => tokens)) };
	};
	const alone = fit(free);
	if (alone.dropped === 0 || summaries.length === 0) return alone;
	const room = summaryRoom(budgetTokens);
	const beside = fit(free - room);
	const summary = chooseSummary(summaries, beside.dropped);
	const tokens = summary && (await countTokens(summaryBlock(summary)));
	// It was made for a model that reads more.
	if (tokens === undefined || tokens > Math.min(room, free)) return alone;
	return { ...beside, summary, tokens: beside.tokens + tokens };
}

/** The summary to ask for now, so that it is there when the next question makes turns go. */
export function dueSummary({
	system,
	older,
	room,
	summaries,
	dropped,
}: {
	readonly system: string;
	readonly older: readonly RenderedTurn[];
	readonly room: Room;
	readonly summaries: readonly CoveringSummary[];
	/** So many turns went now. */
	readonly dropped: number;
}): SummaryRequest | undefined {
	const { budgetTokens, forTurns, latestTokens } = room;
	const blockTokens = Math.floor(budgetTokens * blockShare);
	const counts = [...older.map(({ tokens }) => tokens), latestTokens];
	const covered = summaries.at(-1)?.turns ?? 0;
	// One that is still ahead of what went is enough, and asked now it would not begin as this prompt does.
	if (covered > dropped) return undefined;
	// The answer under way and the next question take about a block.
	const next = keepLatest(counts, forTurns - summaryRoom(budgetTokens) - blockTokens, blockTokens);
	const soon = Math.min(counts.length - next, older.length);
	return planSummary({ system, turns: older, summaries, soon, roomTokens: forTurns, budgetTokens });
}

/**
 * How many of the latest turns stay. Turns may begin only where a block of the whole conversation begins, counted from its start,
 * so that the first one that stays is the same for many turns.
 */
function keepLatest(tokens: readonly number[], free: number, blockTokens: number): number {
	let rest = sum(tokens);
	let before = 0;
	let block = 0;
	for (const [index, count] of tokens.entries()) {
		if (before >= block * blockTokens) {
			if (rest <= free) return tokens.length - index;
			block = Math.floor(before / Math.max(1, blockTokens)) + 1;
		}
		before += count;
		rest -= count;
	}
	return 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
