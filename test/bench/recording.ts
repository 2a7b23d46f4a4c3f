import { readFile } from 'node:fs/promises';

/** One change of a recorded document: `[start, end, text]` replacements of the text before it, or a whole new text. */
interface RecordedEvent {
	/** Since the session began. */
	readonly ms: number;
	readonly edit?: readonly (readonly [number, number, string])[];
	readonly set?: string;
}

export interface RecordedDocument {
	readonly path: string;
	readonly start: string;
	readonly events: readonly RecordedEvent[];
}

/** A typing session as test/fixtures/typing/excerpt.json holds one. */
export interface Recording {
	readonly documents: readonly RecordedDocument[];
}

/** One step of a replay. */
export interface Step {
	readonly path: string;
	/** The document after the step. */
	readonly text: string;
	/** Where the cursor stands after a keystroke; undefined after an edit that no editor asks for suggestions after. */
	readonly cursor: number | undefined;
	/** Not at the place of the step before: the cursor was moved, or text changed in several places. */
	readonly jumped: boolean;
	/** Time since the step before, as recorded. */
	readonly gapMs: number;
}

export async function readRecordings(files: readonly string[]): Promise<Recording> {
	const recordings = await Promise.all(files.map(readRecording));
	return { documents: recordings.flatMap(({ documents }) => documents) };
}

async function readRecording(file: string): Promise<Recording> {
	const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Recording>;
	if (!Array.isArray(value.documents) || value.documents.length === 0)
		throw new Error(`${file} holds no recorded documents.`);
	return { documents: value.documents };
}

/** The steps of one recorded document. */
export function* stepsOf({ path, start, events }: RecordedDocument): Generator<Step, void> {
	let text = start;
	let before = events[0]?.ms ?? 0;
	let place: number | undefined;
	for (const event of events) {
		const [changed, ...others] = event.edit ?? [];
		const jumped = place === undefined || changed === undefined || changed[0] > place || changed[1] < place;
		const cursor = cursorAfter(event);
		place = changed && others.length === 0 ? (cursor ?? changed[0] + changed[2].length) : undefined;
		text = event.set ?? applyEdit(text, event.edit ?? []);
		yield { path, text, cursor, jumped, gapMs: event.ms - before };
		before = event.ms;
	}
}

function applyEdit(text: string, edit: NonNullable<RecordedEvent['edit']>): string {
	let result = '';
	let taken = 0;
	for (const [start, end, inserted] of [...edit].sort((a, b) => a[0] - b[0])) {
		result += text.slice(taken, start) + inserted;
		taken = end;
	}
	return result + text.slice(taken);
}

/** Pasting, formatting, undoing and accepting from a list are no keystrokes: no one waits for ghost text after them. */
function cursorAfter({ edit }: RecordedEvent): number | undefined {
	const [only, ...others] = edit ?? [];
	if (!only || others.length > 0) return undefined;
	const [start, end, inserted] = only;
	const isDeletion = inserted === '' && end - start === 1;
	// An editor closes brackets and quotes by itself; the cursor then stands between the two.
	const isPair = ['()', '[]', '{}', '""', "''", '``', '<>'].includes(inserted);
	const isTyped = end === start && (inserted.length === 1 || isPair || /^\r?\n\s*$/.test(inserted));
	if (!isDeletion && !isTyped) return undefined;
	return start + (isPair ? 1 : inserted.length);
}
