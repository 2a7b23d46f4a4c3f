import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samplePlaces, type TypingPlace } from '../bench/quality/cursors';
import { readHeldOutSets } from '../bench/quality/heldOut';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';

const folder = join(import.meta.dirname, '..', 'fixtures', 'held-out');
const cursors = { seed: 1, count: 800 };

describe('inkling-code goes on as the line does', () => {
	let engine: InProcessEngine;
	beforeAll(async () => void (engine = await startInProcess('inkling-code')));
	afterAll(() => engine.dispose());

	async function begins({ before, after, file }: TypingPlace): Promise<string> {
		const { extension } = file;
		const prompt = {
			kind: 'fill',
			prefix: before.slice(-500),
			suffix: after.slice(0, 200),
			extension,
			snippets: [],
		} as const;
		const { text } = await collect(engine.client.generate({ ...requestFor([], { maxTokens: 3 }), prompt }, never));
		return text;
	}

	// A model that is not helped there says a second blank, or what would follow another token: of 40 first characters 3 and 14 were right.
	test.each([
		['a typed blank', /\S $/],
		['a typed bracket, quote or operator', /[^\w\s]$/],
	])(
		'behind %s',
		async (_, typed) => {
			const [sample] = await readHeldOutSets(folder, folder);
			const all = samplePlaces(sample!.files, 'anywhere', cursors);
			const places = all.filter(({ before, rest }) => typed.test(before) && /^\S/.test(rest)).slice(0, 40);
			expect(places).toHaveLength(40);
			const answers: string[] = [];
			for (const place of places) answers.push(await begins(place));
			const right = answers.filter((answer, index) => answer !== '' && places[index]!.rest.startsWith(answer[0]!));
			expect(right.length).toBeGreaterThan(places.length * 0.4);
		},
		120_000,
	);
});
