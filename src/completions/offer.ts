import { type CompletionItem } from './outcome';
import { type Place } from './place';
import { type Suggestion } from './suggestion';
import { type Surroundings } from './surroundings';

interface Offered {
	readonly place: Place;
	readonly suggestion: Suggestion;
}

const rememberedItems = 60;

/** What was last suggested and what became of it. */
export class Offers {
	private readonly items = new Map<number, Offered>();
	private lastId = 0;
	private current: { readonly here: Surroundings; readonly texts: readonly string[] } | undefined;
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

	/** Texts that typing along will go on showing. */
	show(here: Surroundings, texts: readonly string[]): void {
		this.current = { here, texts };
	}

	get shown(): { readonly here: Surroundings; readonly texts: readonly string[] } | undefined {
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
