import { insideAt, type Inside } from './brackets';
import { isBlank } from './characters';
import { type DocumentSnapshot } from './document';
import { proseSyntax, syntaxOf, type Syntax } from './languages';
import { markdownSpot, type MarkdownSpot } from './markdown';
import { type CompletionRequest } from './request';

/** The cursor and what stands around it, as the suggestion has to fit it. Text uses '\n'. */
export interface Place {
	readonly document: DocumentSnapshot;
	readonly line: number;
	/** The cursor's line left of it, the suggest widget's selected item in place of what it replaces. */
	readonly linePrefix: string;
	readonly lineSuffix: string;
	/** Text every suggestion starts with: the suggest widget's item, or ''. */
	readonly lead: string;
	/** Character where a suggestion's range starts, and where `lineSuffix` starts. */
	readonly rangeStart: number;
	readonly rangeEnd: number;
	readonly syntax: Syntax;
	readonly inside: Inside;
	readonly markdown: MarkdownSpot;
	readonly insertSpaces: boolean;
	readonly tabSize: number;
}

/** Reads the cursor's surroundings; touches only its line, and in Markdown the starts of the lines above. */
export function placeOf(request: CompletionRequest): Place {
	const { document, position, suggestWidgetItem: item } = request;
	const text = document.lineAt(position.line);
	const fits = item?.range.start.line === position.line && item.range.end.line === position.line;
	const rangeStart = fits ? item.range.start.character : position.character;
	const rangeEnd = fits ? item.range.end.character : position.character;
	const lead = fits ? item.text.replaceAll('\r\n', '\n') : '';
	const linePrefix = text.slice(0, rangeStart) + lead;
	const markdown = document.languageId === 'markdown' ? markdownSpot(document, position.line, linePrefix) : 'text';
	const syntax = syntaxAt(document.languageId, markdown);
	return {
		document,
		line: position.line,
		linePrefix,
		lineSuffix: text.slice(rangeEnd),
		lead,
		rangeStart,
		rangeEnd,
		syntax,
		inside: insideAt(linePrefix, syntax),
		markdown,
		insertSpaces: request.insertSpaces,
		tabSize: Math.max(1, request.tabSize),
	};
}

function syntaxAt(languageId: string, markdown: MarkdownSpot): Syntax {
	if (markdown === 'codeFence') return syntaxOf('unknown');
	if (markdown === 'frontMatter') return syntaxOf('yaml');
	if (markdown === 'maths') return { ...proseSyntax, kind: 'code' };
	return syntaxOf(languageId);
}

/** The first line below the cursor's with text in it, at most 20 lines away. */
export function nextFilledLine(place: Place): string | undefined {
	const last = Math.min(place.document.lineCount - 1, place.line + 20);
	for (let line = place.line + 1; line <= last; line++) {
		const text = place.document.lineAt(line);
		if (!isBlank(text)) return text;
	}
	return undefined;
}
