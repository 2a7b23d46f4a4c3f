/** A place in a document: zero-based line and UTF-16 code units from its start, as in VS Code. */
export interface Position {
	readonly line: number;
	readonly character: number;
}

/** From `start` up to, not including, `end`. */
export interface Range {
	readonly start: Position;
	readonly end: Position;
}

/** A document at the moment of a request. Lines are read on demand: a keystroke never copies the whole text. */
export interface DocumentSnapshot {
	/** Identifies the document; only compared, never opened. */
	readonly uri: string;
	readonly languageId: string;
	/** File name extension without the dot, 'ts'; '' when unknown. */
	readonly extension: string;
	/** At least 1. */
	readonly lineCount: number;
	readonly endOfLine: '\n' | '\r\n';
	/** Text of a line without its line end. */
	lineAt(line: number): string;
}

/** A snapshot of a text in memory, for tests and the command line. Mixed line ends read as lines; the first one decides `endOfLine`. */
export function snapshotOf(
	text: string,
	languageId: string,
	extension: string,
	uri = `memory:/document.${extension}`,
): DocumentSnapshot {
	const lines = text.split(/\r\n|\r|\n/);
	return {
		uri,
		languageId,
		extension,
		lineCount: lines.length,
		endOfLine: /^[^\r\n]*\r\n/.test(text) ? '\r\n' : '\n',
		lineAt: line => lines[line] ?? '',
	};
}
