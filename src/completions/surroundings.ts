import { type Place } from './place';

/** Enough text around a cursor to recognise it again. Independent of the prompt's window, which may move. */
export interface Surroundings {
	readonly uri: string;
	/** At least `recognisedCharacters` before any text that may have been typed since, where the document has so many. */
	readonly before: string;
	/** The next few hundred characters. */
	readonly after: string;
}

/** Text before a cursor that has to be the same for two cursors to count as one place. UTF-16 length. */
export const recognisedCharacters = 1000;
const beforeCharacters = 3000;
const afterCharacters = 300;

/** Reads a bounded piece of the document on both sides of the cursor. */
export function surroundingsOf(place: Place): Surroundings {
	const { document, line, linePrefix, lineSuffix } = place;
	const above: string[] = [linePrefix];
	let length = linePrefix.length;
	for (let index = line - 1; index >= 0 && length < beforeCharacters; index--) {
		const text = document.lineAt(index);
		above.push(text);
		length += text.length + 1;
	}
	const below: string[] = [lineSuffix];
	length = lineSuffix.length;
	for (let index = line + 1; index < document.lineCount && length < afterCharacters; index++) {
		const text = document.lineAt(index);
		below.push(text);
		length += text.length + 1;
	}
	return {
		uri: document.uri,
		before: above.reverse().join('\n').slice(-beforeCharacters),
		after: below.join('\n').slice(0, afterCharacters),
	};
}

/** What was typed since `then`, if `now` is that place with nothing else changed and `accepts` agrees; else undefined. */
export function typedSince(
	then: Surroundings,
	now: Surroundings,
	longest: number,
	accepts: (typed: string) => boolean,
): string | undefined {
	if (then.uri !== now.uri || !sameAfter(then.after, now.after)) return undefined;
	const anchor = then.before.slice(-recognisedCharacters);
	const most = Math.min(longest, now.before.length);
	for (let length = 0; length <= most; length++) {
		const end = now.before.length - length;
		// A short anchor is the whole document up to the cursor, and stands at its start.
		if (anchor.length < recognisedCharacters && end !== anchor.length) continue;
		if (now.before.endsWith(anchor, end) && accepts(now.before.slice(end))) return now.before.slice(end);
	}
	return undefined;
}

/** Whether the text before the cursor is what it was, less some of its end. */
export function isDeletion(then: Surroundings | undefined, now: Surroundings): boolean {
	if (then?.uri !== now.uri) return false;
	return typedSince(now, then, 200, typed => typed !== '') !== undefined;
}

/** The same text after the cursor, but for brackets and quotes that the editor closed or the user typed over. */
export function sameAfter(then: string, now: string): boolean {
	return startsAlike(then, now) || closedSince(then, now) || closedSince(now, then);
}

function closedSince(then: string, now: string): boolean {
	const closed = /^[)\]}>"'`]{1,3}/.exec(now)?.[0] ?? '';
	for (let length = 1; length <= closed.length; length++) if (startsAlike(then, now.slice(length))) return true;
	// Enter between two brackets moves the closing one to a line of its own.
	const moved = /^\n[ \t]*(?=[)\]}])/.exec(now)?.[0] ?? '';
	return moved !== '' && startsAlike(then, now.slice(moved.length));
}

/** Equal, but for where the longer one was cut. */
function startsAlike(first: string, second: string): boolean {
	const cut = afterCharacters - 60;
	return (
		first === second || (first.length >= cut && second.length >= cut && first.slice(0, cut) === second.slice(0, cut))
	);
}
