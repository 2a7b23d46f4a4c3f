import { type ContextKind } from './context';

/** Words that attach something when they stand behind # or @ in a message. */
const words: Readonly<Record<string, ContextKind>> = {
	selection: 'selection',
	problems: 'problems',
	changes: 'diff',
	terminal: 'terminal',
	clipboard: 'clipboard',
};

/** Something that a message asks for by name. */
export type Mention =
	/** `#changes`: what there is of a kind. */
	| { readonly form: 'word'; readonly written: string; readonly kind: ContextKind }
	/** `#file:docs/tides.md`, `@symbol:Gauge`: one thing by its name. */
	| {
			readonly form: 'named';
			readonly written: string;
			readonly kind: 'file' | 'folder' | 'symbol';
			readonly name: string;
	  }
	/** `@docs/tides.md`: perhaps a file or folder, perhaps a word like any other. */
	| { readonly form: 'bare'; readonly written: string; readonly name: string };

/** A sign at the start of a word. Han characters need no blank before and behind it; an address or `C#` is no mention. */
const sign = String.raw`(?<![A-Za-z0-9_/.@#&:=-])[@#]`;
const wordMention = new RegExp(`${sign}(${Object.keys(words).join('|')})(?![\\w:/-]|\\.\\w)`, 'gi');
const namedMention = new RegExp(String.raw`${sign}(file|folder|symbol):(?:"([^"\n]+)"|(\S+))`, 'gi');
const bareMention = new RegExp(String.raw`${sign}([\p{L}\p{N}_.][^\s@#:"'<>()[\]{}，。；：！？、]*)`, 'giu');
const endPunctuation = /[.,:;!?。，；：！？、)）」]+$/u;

/** What a message asks for by `#changes`, `#file:docs/tides.md`, `@tides.md` and the like, each once. The words stay in the message: they
 * say what is meant. */
export function findMentions(text: string): readonly Mention[] {
	const found = new Map<string, Mention>();
	const places = new Set<number>();
	const add = (place: number, mention: Mention): void => {
		places.add(place);
		if (!found.has(mention.written.toLowerCase())) found.set(mention.written.toLowerCase(), mention);
	};
	for (const { index, 0: written, 1: word } of text.matchAll(wordMention))
		add(index, { form: 'word', written, kind: words[word!.toLowerCase()]! });
	for (const { index, 0: whole, 1: kind, 2: quoted, 3: plain = '' } of text.matchAll(namedMention)) {
		const name = quoted ?? plain.replace(endPunctuation, '');
		const written = quoted === undefined ? whole.replace(endPunctuation, '') : whole;
		if (name !== '') add(index, { form: 'named', written, kind: kind!.toLowerCase() as 'file', name });
	}
	for (const { index, 0: whole, 1: name } of text.matchAll(bareMention)) {
		const bare = name!.replace(endPunctuation, '');
		if (places.has(index) || bare === '' || bare.toLowerCase() === 'workspace') continue;
		add(index, { form: 'bare', written: whole.slice(0, 1) + bare, name: bare });
	}
	return [...found.values()];
}

/** The word behind the sign that stands for a kind of context, as the picker completes it. */
export function wordOfKind(kind: ContextKind): string | undefined {
	return Object.keys(words).find(word => words[word] === kind);
}

/** The index of what is meant among paths: the whole path, else the end of one; undefined when there is none. */
export function findPath(paths: readonly string[], name: string): number | undefined {
	const wanted = name.replaceAll('\\', '/').replace(/^\.?\/+|\/+$/g, '');
	if (wanted === '') return undefined;
	const ways: readonly ((path: string) => boolean)[] = [
		path => path === wanted,
		path => path.toLowerCase() === wanted.toLowerCase(),
		path => path.toLowerCase().endsWith(`/${wanted.toLowerCase()}`),
	];
	const found = ways.map(way => paths.findIndex(way)).find(index => index >= 0);
	return found;
}
