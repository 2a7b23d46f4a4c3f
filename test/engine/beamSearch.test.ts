import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type GenerateEvent, type GenerateRequest, type Sampling } from '../../src/generation';
import { collect, never, requestFor, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { copyModel } from '../helpers/modelFolders';
import { readBeamReferences, familyModels } from '../helpers/references';

/** The end token of the test models of families other than decoder-only. */
const familyEndId = 628;

/** A beam search of transformers on the weights that all decoder-only test models share. */
interface BeamReference {
	readonly promptIds: readonly number[];
	readonly beams: number;
	readonly lengthPenalty: number;
	readonly earlyStopping: boolean | 'never';
	readonly noRepeatNgramSize?: number;
	readonly minTokens?: number;
	readonly repetitionPenalty?: number;
	readonly maxTokens: number;
	/** Best first. */
	readonly answers: readonly { readonly tokenIds: readonly number[]; readonly score: number | null }[];
}

const file = join(import.meta.dirname, '..', 'fixtures', 'references', 'tiny-plain-beams.json');
const { references, stopIds } = JSON.parse(readFileSync(file, 'utf8')) as {
	readonly references: readonly BeamReference[];
	readonly stopIds: readonly number[];
};

function requestOf(reference: BeamReference, changes: Partial<GenerateRequest> = {}): GenerateRequest {
	const { promptIds, beams: count, lengthPenalty, earlyStopping, maxTokens, ...rest } = reference;
	const { noRepeatNgramSize, minTokens, repetitionPenalty } = rest;
	const sampling: Sampling = {
		temperature: 0,
		beams: { count, lengthPenalty, earlyStopping },
		...(noRepeatNgramSize !== undefined && { noRepeatNgramSize }),
		...(minTokens !== undefined && { minTokens }),
		...(repetitionPenalty !== undefined && { repetitionPenalty }),
	};
	return requestFor(promptIds, { maxTokens, sampling, candidates: count, ...changes });
}

/** A copy of a test model that ends its texts where the references do. */
async function startWithStops(name: string): Promise<InProcessEngine> {
	const copy = copyModel(name);
	try {
		writeFileSync(join(copy.folder, 'generation_config.json'), JSON.stringify({ eos_token_id: stopIds }));
		return await startInProcess(copy.folder);
	} finally {
		copy.dispose();
	}
}

describe.each(['tiny-plain', 'tiny-gqa'])('beam search with %s', name => {
	let engine: InProcessEngine;
	beforeAll(async () => void (engine = await startWithStops(name)));
	afterAll(() => engine.dispose());

	test('has every kind of reference', () => {
		expect(references.length).toBeGreaterThan(15);
		expect(new Set(references.map(({ earlyStopping }) => earlyStopping)).size).toBe(3);
		for (const setting of ['noRepeatNgramSize', 'minTokens', 'repetitionPenalty'] as const)
			expect(references.some(reference => reference[setting] !== undefined)).toBe(true);
	});

	test('finds the hypotheses that transformers finds, in their order and with their scores', async () => {
		for (const reference of references) {
			const { done } = await collect(engine.client.generate(requestOf(reference), never));
			const found = done.alternatives!.map(({ tokenIds }) => tokenIds);
			expect(found).toEqual(reference.answers.map(({ tokenIds }) => tokenIds));
			expect(done.tokenIds).toEqual(found[0]);
			reference.answers.forEach(({ score }, index) => {
				if (score !== null) expect(done.alternatives![index]!.score).toBeCloseTo(score, 3);
			});
		}
	});

	test('finds the same again with what is left in the caches', async () => {
		const reference = references.find(({ beams }) => beams === 4)!;
		const { done } = await collect(engine.client.generate(requestOf(reference), never));
		expect(done.usage.reusedTokens).toBeGreaterThan(0);
		expect(done.tokenIds).toEqual(reference.answers[0]!.tokenIds);
	});
});

describe.each(familyModels)('beam search with %s', name => {
	let engine: InProcessEngine;
	beforeAll(async () => void (engine = await startInProcess(name)));
	afterAll(() => engine.dispose());

	test('finds the answers that transformers finds, or for networks it does not know a search by its rules', async () => {
		// The references count BART's forced first token as one of the answer's.
		const forced = name === 'tiny-bart' ? 1 : 0;
		for (const { promptIds, answers, ...settings } of readBeamReferences(name)) {
			const { beams: count, lengthPenalty, earlyStopping, noRepeatNgram, maximumTokens } = settings;
			const sampling = {
				temperature: 0,
				noRepeatNgramSize: noRepeatNgram,
				beams: { count, lengthPenalty, earlyStopping },
			};
			const request = { maxTokens: maximumTokens - forced, sampling, candidates: answers.length };
			const { done } = await collect(engine.client.generate(requestFor(promptIds, request), never));
			const withoutEnd = answers.map(({ ids }) => ids.slice(forced).filter(id => id !== familyEndId));
			expect(done.alternatives!.map(({ tokenIds }) => tokenIds)).toEqual(withoutEnd);
			answers.forEach(({ score }, index) => expect(done.alternatives![index]!.score).toBeCloseTo(score, 2));
		}
	});
});

describe('an answer by beam search', () => {
	let engine: InProcessEngine;
	const reference = references.find(({ beams, minTokens }) => beams === 4 && minTokens !== undefined)!;
	const text = (events: readonly GenerateEvent[]): string =>
		events.map(event => (event.type === 'text' ? event.text : '')).join('');
	beforeAll(async () => void (engine = await startInProcess('tiny-gqa')));
	afterAll(() => engine.dispose());

	test('comes in one piece, the best of the alternatives', async () => {
		const events: GenerateEvent[] = [];
		for await (const event of engine.client.generate(requestOf(reference), never)) events.push(event);
		const [piece, done] = events;
		expect(events).toHaveLength(2);
		if (done?.type !== 'done' || piece?.type !== 'text') throw new Error('not a text and its end');
		expect(done.alternatives).toHaveLength(4);
		expect(done.alternatives![0]).toMatchObject({ text: piece.text, logProbability: piece.logProbability });
		const scores = done.alternatives!.map(({ score }) => score);
		expect(scores).toEqual([...scores].sort((one, other) => other - one));
	});

	test('gives as many alternatives as were asked for', async () => {
		const { done } = await collect(engine.client.generate(requestOf(reference, { candidates: 2 }), never));
		expect(done.alternatives).toHaveLength(2);
	});

	test('with one beam is the greedy answer', async () => {
		const plain = requestFor(reference.promptIds);
		const beams = { ...plain, sampling: { temperature: 0, beams: { count: 1 } } };
		const [expected, found] = [
			await collect(engine.client.generate(plain, never)),
			await collect(engine.client.generate(beams, never)),
		];
		expect(found.text).toBe(expected.text);
		expect(found.done.tokenIds).toEqual(expected.done.tokenIds);
	});

	test('ends before a stop string in every alternative', async () => {
		const sampling: Sampling = { temperature: 0, beams: { count: 4, lengthPenalty: -5, earlyStopping: true } };
		const { done } = await collect(engine.client.generate(requestOf(reference, { sampling, stop: ['e'] }), never));
		expect(done.reason).toBe('stop');
		for (const alternative of done.alternatives!) expect(alternative.text).not.toContain('e');
	});

	test('goes on inside a word as a single path does', async () => {
		for (const text of ['export funct', 'import { readFi', 'const va', 'return tr']) {
			const prompt = { kind: 'continue', text, extension: 'ts' } as const;
			const plain = { ...requestFor([], { maxTokens: 6 }), prompt };
			const beams = { ...plain, sampling: { temperature: 0, beams: { count: 1 } } };
			const expected = await collect(engine.client.generate(plain, never));
			const found = await collect(engine.client.generate(beams, never));
			expect(found.text).toBe(expected.text);
		}
	});

	test('delivers nothing once it is cancelled', async () => {
		const abort = new AbortController();
		const events: GenerateEvent[] = [];
		const answer = engine.client.generate(requestOf(reference, { maxTokens: 300 }), abort.signal);
		setImmediate(() => abort.abort());
		for await (const event of answer) events.push(event);
		expect(text(events)).toBe('');
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
		expect(events[0]).not.toHaveProperty('alternatives');
	});

	test('is the best so far when its time is over', async () => {
		const request = requestOf(reference, { maxTokens: 400, timeLimitMs: 30 });
		const { done, text: found } = await collect(engine.client.generate(request, never));
		expect(done.reason).toBe('length');
		expect(done.alternatives![0]!.text).toBe(found);
		expect(done.tokenIds.length).toBeLessThan(400);
	});

	test.each([
		['beams and a temperature', { sampling: { temperature: 1, beams: { count: 2 } }, candidates: 1 }],
		['more candidates than beams', { sampling: { temperature: 0, beams: { count: 2 } }, candidates: 3 }],
		['candidates of a greedy answer', { sampling: { temperature: 0 }, candidates: 2 }],
	])('is refused for %s', async (_, changes) => {
		const answer = collect(engine.client.generate(requestFor(reference.promptIds, changes), never));
		await expect(answer).rejects.toMatchObject({ code: 'badRequest' });
	});

	test('without beams is the likeliest of the sampled ones, each what its own seed gives', async () => {
		const sampled = (changes: Partial<GenerateRequest>, seed = 7) =>
			collect(
				engine.client.generate(
					requestFor(reference.promptIds, { maxTokens: 12, sampling: { temperature: 0.9, seed }, ...changes }),
					never,
				),
			);
		const { done, text: best } = await sampled({ candidates: 3 });
		const single = [await sampled({}, 7), await sampled({}, 8), await sampled({}, 9)];
		const found = done.alternatives!.map(alternative => alternative.tokenIds.join(' '));
		expect([...found].sort()).toEqual(single.map(one => one.done.tokenIds.join(' ')).sort());
		expect(done.alternatives![0]!.text).toBe(best);
		const means = done.alternatives!.map(({ score }) => score);
		expect(means).toEqual([...means].sort((one, other) => other - one));
	});
});
