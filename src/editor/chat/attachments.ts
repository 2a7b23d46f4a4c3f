import { Emitter } from '../../base';
import { wordOfKind, type ContextItem, type ContextRefusal, type ContextSource, type ContextText } from '../../chat';
import { type TextGenerator } from '../../generation';
import { type ChipView } from '../../protocol';
import { describeRefusal, describeNotices } from './contextWords';
import { chipOf, keyOf } from './turnViews';

export interface AttachmentsParts {
	readonly sources: readonly ContextSource[];
	/** Counts the tokens of chips, where a model is there. @throws GenerationError */
	generator(): Promise<TextGenerator>;
}

interface Attached {
	readonly item: ContextItem;
	readonly implicit: boolean;
	tokens?: number;
	warning?: string;
	refused: boolean;
}

/** Suggestions that the picker shows at once. */
const mostSuggestions = 30;

/** Suggestions that are remembered: those of some lists. */
const mostOffered = 300;

/** What is attached to the message that is being written. */
export class Attachments {
	private readonly attached = new Map<string, Attached>();
	/** What the picker offered lately: the page names items by their keys only, and may name one of the list before the last. */
	private offered = new Map<string, ContextItem>();
	private dismissed: string | undefined;
	private readonly changed = new Emitter<void>();
	readonly onChange = this.changed.event;
	private search = new AbortController();

	constructor(private readonly parts: AttachmentsParts) {}

	get chips(): ChipView[] {
		return [...this.attached.values()].map(({ item, ...facts }) => ({ ...chipOf(item), ...facts }));
	}

	/** The items that can be sent; afterwards only what follows the selection stays attached. */
	take(): readonly ContextItem[] {
		const items = [...this.attached.values()].filter(({ refused }) => !refused).map(({ item }) => item);
		for (const [key, { implicit }] of [...this.attached]) if (!implicit) this.attached.delete(key);
		this.changed.fire();
		return items;
	}

	/** Items for what was typed after @ or #. Undefined when another question was asked meanwhile. */
	async suggest(query: string): Promise<ChipView[] | undefined> {
		this.search.abort();
		const search = new AbortController();
		this.search = search;
		const found = await Promise.all(
			this.parts.sources.map(source => source.search(queryFor(source, query), search.signal).catch(() => [])),
		);
		if (search.signal.aborted) return undefined;
		const items = interleave(found).slice(0, mostSuggestions);
		this.offered = new Map([...this.offered, ...items.map(item => [keyOf(item), item] as const)].slice(-mostOffered));
		return items.map(item => chipOf(item));
	}

	/** Attaches what the picker offered under this key. */
	attach(key: string): void {
		const item = this.offered.get(key);
		if (item) this.add(item);
	}

	/** Attaches an item and finds out what it costs, or why it cannot be used. */
	add(item: ContextItem, implicit = false): void {
		const key = keyOf(item);
		if (this.attached.has(key)) return;
		const attached: Attached = { item, implicit, refused: false };
		this.attached.set(key, attached);
		this.changed.fire();
		void this.weigh(attached).then(() => this.changed.fire());
	}

	detach(key: string): void {
		if (this.attached.get(key)?.implicit) this.dismissed = key;
		this.attached.delete(key);
		this.changed.fire();
	}

	/** Follows the selection in the editor; one that was removed stays away until another one is made. */
	follow(item: ContextItem | undefined): void {
		const key = item && keyOf(item);
		const before = [...this.attached].find(([, { implicit }]) => implicit)?.[0];
		if (key !== this.dismissed) this.dismissed = undefined;
		if (key === before || (key !== undefined && key === this.dismissed)) return;
		if (before !== undefined) this.attached.delete(before);
		if (item) this.add(item, true);
		else this.changed.fire();
	}

	/** Reads an item by the source of its kind. */
	async read(item: ContextItem, signal: AbortSignal): Promise<ContextText | ContextRefusal> {
		const source = this.parts.sources.find(({ kind }) => kind === item.kind);
		return source ? source.read(item, signal) : { item, refused: 'missing' };
	}

	private async weigh(attached: Attached): Promise<void> {
		const result = await this.read(attached.item, new AbortController().signal).catch(() => undefined);
		if (!result || 'refused' in result) {
			attached.refused = true;
			attached.warning = describeRefusal(result?.refused ?? 'missing');
			return;
		}
		const warning = describeNotices(result.notices);
		if (warning !== '') attached.warning = warning;
		// Without a model there is nobody to count; the chip then has no price.
		const generator = await this.parts.generator().catch(() => undefined);
		const tokens = await generator?.countTokens(result.text).catch(() => undefined);
		if (tokens !== undefined) attached.tokens = tokens;
	}
}

/** What a kind is called in a message finds it too, in every language: `#clip` is the clipboard. */
function queryFor({ kind }: ContextSource, query: string): string {
	const isItsWord = query !== '' && (wordOfKind(kind)?.startsWith(query.toLowerCase()) ?? false);
	return isItsWord ? '' : query;
}

/** The best of each source first, then the second best of each ... */
function interleave<T>(lists: readonly (readonly T[])[]): readonly T[] {
	const longest = Math.max(0, ...lists.map(list => list.length));
	return Array.from({ length: longest }, (_, index) => lists.flatMap(list => list.slice(index, index + 1))).flat();
}
