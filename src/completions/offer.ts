import { type CompletionItem } from './outcome';
import { type Place } from './place';
import { type Suggestion } from './suggestion';
import { typedSince, type Surroundings } from './surroundings';

interface Offered {
	readonly place: Place;
	readonly suggestion: Suggestion;
}

const rememberedItems = 60;
/** Whoever types so much of a suggestion would have taken it. UTF-16 length. */
const typedAlong = 4;
/** The most text since a suggestion that is looked at. */
const longestTyped = 800;

/** What is shown: the texts, where, and whether it is known yet what became of them. */
interface Shown {
	readonly here: Surroundings;
	readonly texts: readonly string[];
	judged: boolean;
}

/** What was last suggested and what became of it. */
export class Offers {
	private readonly items = new Map<number, Offered>();
	private lastId = 0;
	private current: Shown | undefined;
	private dismissedLine: string | undefined;

	/** Numbers the suggestions and gives them the document's own line ends and a range. */
	itemsFor(place: Place, suggestions: readonly Suggestion[]): readonly CompletionItem[] {
		return suggestions.map(suggestion => {
			const id = ++this.lastId;
			this.items.set(id, { place, suggestion });
			const [oldest] = this.items.keys();
			if (this.items.size > rememberedItems && oldest !== undefined) this.items.delete(oldest);
			return itemOf(id, place, suggestion);
		});
	}

	/** Texts that typing along will go on showing. Nothing is concluded from those that were asked for by hand. */
	show(here: Surroundings, texts: readonly string[], byHand: boolean): void {
		this.current = { here, texts, judged: byHand };
	}

	/** Whether what is shown was taken, by what was typed since; undefined while that cannot be told, and when it was told before. */
	uptakeAt(here: Surroundings): boolean | undefined {
		const { current } = this;
		if (!current || current.judged) return undefined;
		const typed = typedSince(current.here, here, longestTyped, () => true);
		if (typed === '') return undefined;
		const along = Math.max(...current.texts.map(text => sharedLength(text, typed ?? '')));
		const taken = current.texts.some(text => along >= Math.min(typedAlong, text.length));
		if (typed !== undefined && !taken && along === typed.length) return undefined;
		current.judged = true;
		// The cursor went elsewhere, or text was deleted: that says nothing about the suggestion.
		return typed === undefined ? undefined : taken;
	}

	/** The user said what became of what is shown; true the first time. */
	judge(): boolean {
		const isNew = this.current?.judged === false;
		if (this.current) this.current.judged = true;
		return isNew;
	}

	get shown(): Pick<Shown, 'here' | 'texts'> | undefined {
		return this.current;
	}

	/** UTF-16 length of a suggestion's text, its lead included. */
	lengthOf(id: number): number | undefined {
		const offered = this.items.get(id);
		return offered && itemOf(id, offered.place, offered.suggestion).text.length;
	}

	dismiss(id: number): void {
		const offered = this.items.get(id);
		if (offered) this.dismissedLine = lineWith(offered.place, offered.suggestion.text);
		this.current = undefined;
	}

	/** The user said no to just this, at this place or a few letters before it. */
	isDismissed(place: Place, text: string): boolean {
		return this.dismissedLine === lineWith(place, text);
	}

	clear(): void {
		this.current = undefined;
		this.dismissedLine = undefined;
	}
}

function sharedLength(first: string, second: string): number {
	let length = 0;
	while (length < first.length && length < second.length && first[length] === second[length]) length++;
	return length;
}

function lineWith(place: Place, text: string): string {
	return `${place.document.uri}\n${place.line}\n${place.linePrefix}${text}`;
}

function itemOf(id: number, place: Place, suggestion: Suggestion): CompletionItem {
	const { line, rangeStart, rangeEnd, document, lead } = place;
	return {
		id,
		text: (lead + suggestion.text).replaceAll('\n', document.endOfLine),
		range: { start: { line, character: rangeStart }, end: { line, character: rangeEnd + suggestion.covered } },
	};
}
