import { type ContextItem, type ContextRefusal, type ContextSource, type ContextText } from './context';

/** What goes with a message besides its words. */
export interface ContextRead {
	readonly texts: readonly ContextText[];
	/** Items that stay out, and why. */
	readonly refused: readonly ContextRefusal[];
}

/** Reads items from the sources of their kinds, at the time the message is sent, in order. An item that comes twice is read once. */
export async function readContext(
	items: readonly ContextItem[],
	sources: readonly ContextSource[],
	signal: AbortSignal,
): Promise<ContextRead> {
	const once = [...new Map(items.map(item => [item.id, item])).values()];
	const read = await Promise.all(
		once.map(async (item): Promise<ContextText | ContextRefusal> => {
			const source = sources.find(({ kind }) => kind === item.kind);
			return source ? source.read(item, signal) : { item, refused: 'missing' };
		}),
	);
	return {
		texts: read.filter(one => 'text' in one),
		refused: read.filter(one => 'refused' in one),
	};
}

const mention = /(?<![A-Za-z0-9_/.@#&:=-])[@#]workspace(?![\w:/-]|\.\w)/i;

/** Takes `@workspace` or `#workspace` out of a message: a wish for passages of the workspace that answer the rest of it. */
export function takeWorkspaceMention(text: string): { readonly text: string; readonly asksWorkspace: boolean } {
	if (!mention.test(text)) return { text, asksWorkspace: false };
	return { text: text.replace(mention, '').trim(), asksWorkspace: true };
}
