import { type ContextItem, type ContextText } from './context';
import { contextBlock } from './contextBlock';

/** Counts tokens of the model in use. */
export type CountTokens = (text: string) => Promise<number>;

/** Context that fits, as blocks in the order it was given. */
export interface FittedContext {
	readonly blocks: readonly string[];
	readonly tokens: number;
	/** Items of which only the start is there. */
	readonly cut: readonly ContextItem[];
	/** Items for which there was no room at all. */
	readonly dropped: readonly ContextItem[];
}

/** The start of an item says nothing in fewer tokens than this. */
const smallestBlock = 48;

/**
 * Fits context into a budget. Small items stay whole; what they leave is shared equally by the large ones, of which the start is
 * kept up to a line end. Depends on nothing but items and budget, so the same context is the same text in every turn.
 */
export async function fitContext(
	context: readonly ContextText[],
	budgetTokens: number,
	countTokens: CountTokens,
): Promise<FittedContext> {
	const costs = await Promise.all(context.map(async text => (await countTokens(contextBlock(text))) + 1));
	const smallestFirst = [...context.keys()].sort((a, b) => costs[a]! - costs[b]!);
	const blocks = new Map<number, string>();
	const [cut, dropped]: [ContextItem[], ContextItem[]] = [[], []];
	let tokens = 0;
	for (const [place, index] of smallestFirst.entries()) {
		const text = context[index]!;
		const share = Math.floor((budgetTokens - tokens) / (context.length - place));
		const fitted = await fitOne(text, { share, cost: costs[index]! }, countTokens);
		if (!fitted) dropped.push(text.item);
		else {
			blocks.set(index, fitted.block);
			tokens += fitted.tokens;
			if (fitted.isCut) cut.push(text.item);
		}
	}
	return { blocks: [...context.keys()].flatMap(index => blocks.get(index) ?? []), tokens, cut, dropped };
}

interface FittedBlock {
	readonly block: string;
	readonly tokens: number;
	readonly isCut: boolean;
}

async function fitOne(
	text: ContextText,
	{ share, cost }: { readonly share: number; readonly cost: number },
	countTokens: CountTokens,
): Promise<FittedBlock | undefined> {
	if (cost <= share) return { block: contextBlock(text), tokens: cost, isCut: false };
	if (share < smallestBlock) return undefined;
	let reach = Math.floor((text.text.length * share) / cost);
	while (reach > 0) {
		const kept = `${startOf(text.text, reach)}\n[...]\n`;
		const block = contextBlock({ ...text, text: kept });
		const tokens = (await countTokens(block)) + 1;
		if (tokens <= share) return { block, tokens, isCut: true };
		reach = Math.min(reach - 1, Math.floor((reach * share * 0.95) / tokens));
	}
	return undefined;
}

/** At most `reach` characters, up to a line end where one is near, never half a character. */
function startOf(text: string, reach: number): string {
	const lineEnd = text.lastIndexOf('\n', reach);
	if (lineEnd > reach / 2) return text.slice(0, lineEnd);
	const high = text.charCodeAt(reach - 1);
	return text.slice(0, high >= 0xd800 && high <= 0xdbff ? reach - 1 : reach);
}
