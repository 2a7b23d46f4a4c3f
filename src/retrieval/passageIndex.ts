import MiniSearch from 'minisearch';
import { splitPassages } from './passages';
import { words } from './words';

/** Where an answer to a question may stand. The text is read from the document when it is needed. */
export interface FoundPassage {
	readonly path: string;
	readonly first: number;
	readonly last: number;
	/** BM25; only its order means something. */
	readonly score: number;
}

interface Entry {
	readonly id: string;
	readonly path: string;
	readonly text: string;
}

/** A search for the passages of documents by their words (BM25+). Keeps words and places, not texts. */
export class PassageIndex {
	private readonly search = new MiniSearch<Entry>({
		fields: ['text', 'path'],
		storeFields: [],
		tokenize: text => words(text) as string[],
		processTerm: term => term,
		searchOptions: {
			boost: { path: 1.5 },
			// 'tides' for 'tide'; pairs of characters and short words would find half of everything.
			prefix: term => term.length >= 4,
			weights: { prefix: 0.5, fuzzy: 0 },
		},
	});
	/** Ids of a document's passages, by path. */
	private readonly documents = new Map<string, readonly string[]>();

	get documentCount(): number {
		return this.documents.size;
	}

	/** Adds a document, or puts it in place of its older version, one passage with each step. */
	*add(path: string, text: string): Generator<void> {
		this.remove(path);
		const ids: string[] = [];
		this.documents.set(path, ids);
		for (const passage of splitPassages(text)) {
			const id = `${passage.first}-${passage.last}-${path}`;
			this.search.add({ id, path, text: passage.text });
			ids.push(id);
			yield;
		}
	}

	remove(path: string): void {
		for (const id of this.documents.get(path) ?? []) this.search.discard(id);
		this.documents.delete(path);
	}

	/** The best passages, best first. @param within whether a document of this path is searched */
	find(question: string, limit: number, within: (path: string) => boolean = () => true): readonly FoundPassage[] {
		const results = this.search.search(question, { filter: ({ id }) => within(placeOf(id as string).path) });
		return results.slice(0, limit).map(({ id, score }) => ({ ...placeOf(id as string), score }));
	}
}

function placeOf(id: string): Omit<FoundPassage, 'score'> {
	const [, first, last, path] = /^(\d+)-(\d+)-([\s\S]*)$/.exec(id)!;
	return { path: path!, first: Number(first), last: Number(last) };
}
