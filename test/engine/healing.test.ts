import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HeldOutFile } from '../bench/quality/heldOut';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';

const files = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'held-out', 'sample.jsonl'), 'utf8')
	.split('\n')
	.filter(line => line !== '')
	.map(line => JSON.parse(line) as HeldOutFile);

interface Cursor {
	readonly before: string;
	readonly after: string;
	readonly extension: string;
	/** What stood behind the cursor. */
	readonly rest: string;
}

/** Every so many-th place where the text on the left and on the right look like this, with the rest of the line taken out. */
function cursorsAt(place: RegExp, count: number): readonly Cursor[] {
	const all = files.flatMap(({ text, extension }) =>
		[...text.matchAll(place)]
			.map(({ 0: { length }, index }) => index + length)
			.filter(at => at > 200)
			.map(at => {
				const end = Math.max(text.indexOf('\n', at), at);
				const [before, after] = [text.slice(Math.max(0, at - 500), at), text.slice(end, end + 200)];
				return { before, after, extension, rest: text.slice(at, end) };
			}),
	);
	return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]!);
}

describe('inkling-code goes on as the line does', () => {
	let engine: InProcessEngine;
	beforeAll(async () => void (engine = await startInProcess('inkling-code')));
	afterAll(() => engine.dispose());

	async function begins({ before, after, extension }: Cursor): Promise<string> {
		const prompt = { kind: 'fill', prefix: before, suffix: after, extension, snippets: [] } as const;
		const { text } = await collect(engine.client.generate({ ...requestFor([], { maxTokens: 3 }), prompt }, never));
		return text;
	}

	// A model that is not helped there says a second blank, or what would follow another token: less than a fifth were right.
	test.each([
		['a typed blank', /(?<=\S) (?=\S)/g],
		['a typed bracket, quote or operator', /[^\w\s](?=\S)/g],
	])(
		'behind %s',
		async (_, place) => {
			const cursors = cursorsAt(place, 40);
			const answers: string[] = [];
			for (const cursor of cursors) answers.push(await begins(cursor));
			const right = answers.filter((answer, index) => answer !== '' && cursors[index]!.rest.startsWith(answer[0]!));
			expect(right.length).toBeGreaterThan(cursors.length * 0.4);
		},
		120_000,
	);
});
