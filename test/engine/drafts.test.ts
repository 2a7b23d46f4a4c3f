import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base';
import { Answer } from '../../src/engine/answer';
import { DraftPace } from '../../src/engine/draftPace';
import { DecoderOnly } from '../../src/engine/families/decoderOnly';
import { type DecodingState } from '../../src/engine/families/family';
import { loadModel, type LoadedModel } from '../../src/engine/loadedModel';
import { Session } from '../../src/engine/runtime';
import { type DoneReason, type GenerateRequest } from '../../src/generation';
import { inspectModelFolder } from '../../src/models';
import { requestFor } from '../helpers/inProcessEngine';
import { modelFolder, readReferences } from '../helpers/references';

/** Source code of a real session. */
const text = (
	JSON.parse(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'typing', 'more.json'), 'utf8')) as {
		documents: readonly { start: string }[];
	}
).documents
	.map(({ start }) => start)
	.join('\n');

/** Greedy decoding without anything that makes it fast. */
async function ordinaryPath(folder: string) {
	const { config, graphs } = await inspectModelFolder(folder);
	if (config.family !== 'decoder-only') throw new Error(`${folder} is ${config.family}`);
	const session = await Session.create({ graphFile: graphs.main, device: 'cpu', threads: 1 }, silentLog);
	const options = { config, graphFile: graphs.main, cache: 'growing' } as const;
	const decoder = await DecoderOnly.load(session, options, silentLog);
	return {
		release: () => session.release(),
		async continue(prompt: readonly number[], count: number): Promise<readonly number[]> {
			const state = decoder.createState();
			const ids: number[] = [];
			let feed = prompt;
			while (ids.length < count) {
				const logits = await state.forward(feed);
				feed = [
					logits.subarray(0, config.vocabularySize).reduce((best, one, id, all) => (one > all[best]! ? id : best), 0),
				];
				ids.push(...feed);
			}
			return ids;
		},
		/** How much likelier one token is than another behind these, as the difference of their logits. */
		async gap(ids: readonly number[], one: number, other: number): Promise<number> {
			const logits = await decoder.createState().forward(ids);
			return Math.abs(logits[one]! - logits[other]!);
		},
	};
}

/** Processors with instructions for 8-bit sums round one row otherwise than several, which decides where two tokens are as likely. */
const tie = 0.1;

interface Found {
	readonly ids: readonly number[];
	readonly reason: DoneReason;
	/** Of the model, behind the prompt. */
	readonly runs: number;
}

/** Drafts of this length whenever there is anything to guess. */
class Eager extends DraftPace {
	constructor(private readonly length: number) {
		super();
	}

	override bestLength(): number {
		return this.length;
	}
}

// Both keep their cache in place, and what they say soon repeats itself, so that many guesses are right and many are wrong.
describe.each(['tiny-gqa', 'tiny-code'])('%s with drafts', name => {
	let model: LoadedModel;
	let ordinary: Awaited<ReturnType<typeof ordinaryPath>>;
	beforeAll(async () => {
		const options = { folder: modelFolder(name), device: 'cpu', threads: 1, cacheBytes: 64 << 20 } as const;
		model = await loadModel(options, { log: silentLog, now: () => performance.now(), onProgress: () => undefined });
		ordinary = await ordinaryPath(modelFolder(name));
	});
	afterAll(() => {
		model.caches.clear();
		return ordinary.release();
	});

	/** The answer's tokens and the number of runs behind the prompt. */
	async function answer(length: number, request: GenerateRequest): Promise<Found> {
		let found: Omit<Found, 'runs'> | undefined;
		let runs = 0;
		const drafts = new Eager(length);
		drafts.note = () => {
			runs++;
		};
		const job = new Answer(
			{ ...model, drafts },
			request,
			{
				text: () => undefined,
				done: (reason, _usage, { tokenIds }) => (found = { reason, ids: tokenIds }),
				failed: error => {
					throw error;
				},
			},
			() => performance.now(),
		);
		while (!(await job.step(() => false)));
		return { ...found!, runs };
	}

	/** The same tokens, up to where the model could as well have said either. */
	async function expectSame(prompt: readonly number[], found: Found, expected: readonly number[]): Promise<void> {
		const end = model.tokenizer.token('<|endoftext|>')!;
		const same = found.ids.findIndex((id, at) => id !== (expected[at] ?? end));
		const at = same < 0 ? found.ids.length : same;
		const [one, other] = [found.ids[at] ?? end, expected[at] ?? end];
		if (one === other) return;
		expect(await ordinary.gap([...prompt, ...found.ids.slice(0, at)], one, other)).toBeLessThan(tie);
	}

	test.each([1, 3, 7])('of %d tokens says the same in fewer runs', async length => {
		let [plainRuns, draftRuns] = [0, 0];
		for (const { promptIds } of readReferences(name)) {
			const request = requestFor(promptIds, { maxTokens: 96 });
			const plain = await answer(0, request);
			const drafted = await answer(length, request);
			await expectSame(promptIds, drafted, plain.ids);
			plainRuns += plain.runs;
			draftRuns += drafted.runs;
		}
		expect(draftRuns).toBeLessThan(plainRuns);
	});

	test('on 200 prompts says what the ordinary path says: whole prompts, a copied cache, one token a run', async () => {
		for (let prompt = 0; prompt < 200; prompt++) {
			const ids = model.tokenizer.encode(text.slice(prompt * 48, prompt * 48 + 140));
			const expected = await ordinary.continue(ids, 12);
			const found = await answer(4, requestFor(ids, { maxTokens: 12 }));
			await expectSame(ids, found, expected);
		}
	}, 120_000);

	// A draw falls between two tokens, which need not be as likely, so only where every run gives the very same numbers.
	test.runIf(name === 'tiny-gqa')('draws the same with the same seed', async () => {
		for (const { promptIds } of readReferences(name).slice(0, 6)) {
			const request = requestFor(promptIds, { maxTokens: 64, sampling: { temperature: 0.6, topP: 0.9, seed: 7 } });
			expect((await answer(5, request)).ids).toEqual((await answer(0, request)).ids);
		}
	});

	test('leaves the cache as a later request needs it', async () => {
		const { promptIds } = readReferences(name)[0]!;
		const request = requestFor(promptIds, { maxTokens: 40 });
		const { ids } = await answer(6, request);
		const next = requestFor([...promptIds, ...ids.slice(0, 10)], { maxTokens: 20 });
		const warm = await answer(6, next);
		model.caches.clear();
		await expectSame([...promptIds, ...ids.slice(0, 10)], warm, (await answer(0, next)).ids);
	});

	test('gives the logits behind each token that single runs give', async () => {
		const { promptIds } = readReferences(name)[0]!;
		const [one, other] = [freshState(promptIds), freshState(promptIds)];
		await one.forward(promptIds);
		await other.forward(promptIds);
		const ids = [300, 301, 302, 303, 304];
		const rows = (await one.forwardEach!(ids)).map(row => row.slice());
		expect(rows).toHaveLength(ids.length);
		for (const [index, id] of ids.entries()) {
			const single = await other.forward([id]);
			rows[index]!.forEach((logit, at) => expect(Math.abs(logit - single[at]!)).toBeLessThan(0.05));
		}
	});

	function freshState(promptIds: readonly number[]): DecodingState {
		model.caches.clear();
		return model.caches.take({ source: [], ids: promptIds, together: 0 }).state;
	}
});
