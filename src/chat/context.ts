/** What a person can attach to a message. 'passage' is a piece of a workspace document that retrieval found. */
export const contextKinds = [
	'selection',
	'file',
	'folder',
	'symbol',
	'problems',
	'terminal',
	'diff',
	'clipboard',
	'passage',
] as const;
export type ContextKind = (typeof contextKinds)[number];

/** Something attached to a message, by reference. Plain data: it travels to the panel and into the history. */
export interface ContextItem {
	readonly kind: ContextKind;
	/** Tells items apart and finds them again: an address, with the lines where there are any. */
	readonly id: string;
	/** What the chip says. */
	readonly label: string;
	/** What tells two items of one label apart, such as the folder. */
	readonly detail: string;
	/** Path relative to the workspace, with forward slashes, where the item is in a file. */
	readonly path?: string;
	/** Lines counted from 1, both included. */
	readonly lines?: { readonly first: number; readonly last: number };
}

/** The text of an item at the time it was sent. */
export interface ContextText {
	readonly item: ContextItem;
	readonly text: string;
	/** What a person should know before they trust it. */
	readonly notices: readonly ContextNotice[];
}
export type ContextNotice = 'hiddenCharacters' | 'cut';

/** Why an item cannot be used. It stays out of the prompt, and the panel says so. */
export interface ContextRefusal {
	readonly item: ContextItem;
	readonly refused: 'secret' | 'ignored' | 'binary' | 'tooLarge' | 'missing' | 'empty';
}

/** One kind of context. Implementations are in `editor/`; the chat only sees this. */
export interface ContextSource {
	readonly kind: ContextKind;
	/** Items for what was typed after @ or #, best first, at most 20. */
	search(query: string, signal: AbortSignal): Promise<readonly ContextItem[]>;
	read(item: ContextItem, signal: AbortSignal): Promise<ContextText | ContextRefusal>;
}
