import { type CompletionRequest, type DocumentSnapshot } from '../../../src/completions';
import { requestAt, cursorMark } from '../../helpers/cursorMark';
import { type Harness } from './harness';

/** A recorded session: edits with the time since its start, as [start offset, end offset, inserted text]. */
export interface Recording {
	readonly documents: readonly {
		readonly path: string;
		readonly start: string;
		readonly events: readonly RecordedEvent[];
	}[];
}

interface RecordedEvent {
	readonly ms: number;
	readonly edit?: readonly (readonly [number, number, string])[];
	readonly set?: string;
}

/** What the replay saw besides what the completer and the generator counted. */
export interface Replayed {
	readonly keystrokes: number;
	/** Time the host spent in the synchronous part of `complete`, for each keystroke. */
	readonly hostMs: readonly number[];
}

/** Longer pauses are cut to this: nothing happens in them. */
const longestPauseMs = 3000;

/** Types a recording into a completer. Every keystroke asks, as in an editor, and takes the wish of the one before back. */
export async function replay(recording: Recording, harness: Harness): Promise<Replayed> {
	const hostMs: number[] = [];
	let previous = new AbortController();
	for (const { path, start, events } of recording.documents) {
		let text = start;
		let time = events[0]?.ms ?? 0;
		for (const event of events) {
			await harness.clock.advance(Math.min(longestPauseMs, event.ms - time));
			time = event.ms;
			text = event.set ?? applied(text, event.edit ?? []);
			const cursor = keystrokeEnd(event);
			if (cursor === undefined) continue;
			previous.abort();
			previous = new AbortController();
			const request = requestFor(text, cursor, path);
			const before = performance.now();
			void harness.completer.complete(request, previous.signal);
			hostMs.push(performance.now() - before);
		}
		await harness.clock.advance(longestPauseMs);
	}
	return { keystrokes: hostMs.length, hostMs };
}

function applied(text: string, edit: readonly (readonly [number, number, string])[]): string {
	// Offsets are those of the text before the whole event.
	return [...edit]
		.sort((first, second) => second[0] - first[0])
		.reduce((now, [from, to, inserted]) => now.slice(0, from) + inserted + now.slice(to), text);
}

/** Where the cursor is after an event that a key made: a character or pair typed, a line broken, a character deleted. */
function keystrokeEnd({ edit }: RecordedEvent): number | undefined {
	if (edit?.length !== 1) return undefined;
	const [from, to, inserted] = edit[0]!;
	const isDeletion = inserted === '' && to - from === 1;
	const isPair = /^(\(\)|\[\]|\{\}|""|''|``)$/.test(inserted);
	const isBreak = /^\n\s*$/.test(inserted);
	if (!isDeletion && (to !== from || !(inserted.length === 1 || isPair || isBreak))) return undefined;
	if (isPair) return from + 1;
	return isBreak
		? from + inserted.replace(/\n[^\n]*$/, match => (inserted.lastIndexOf('\n') > 0 ? '' : match)).length
		: from + inserted.length;
}

function requestFor(text: string, cursor: number, path: string): CompletionRequest {
	const extension = path.split('.').at(-1)!;
	const languageId = extension === 'ts' ? 'typescript' : extension;
	const marked = text.slice(0, cursor) + cursorMark + text.slice(cursor);
	return requestAt(marked, { languageId, extension, uri: path, insertSpaces: !text.includes('\n\t') });
}

/** A snapshot that counts how many lines were read. */
export function countingSnapshot(document: DocumentSnapshot): {
	readonly snapshot: DocumentSnapshot;
	readonly reads: () => number;
} {
	let reads = 0;
	const lineAt = (line: number): string => {
		reads++;
		return document.lineAt(line);
	};
	return { snapshot: { ...document, lineAt }, reads: () => reads };
}
