import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../src/base';
import { loadModel, type LoadedModel } from '../../src/engine/loadedModel';
import { greedy, type FillPrompt, type GenerateRequest } from '../../src/generation';
import { collect, never, startInProcess, type InProcessEngine } from '../helpers/inProcessEngine';
import { modelFolder } from '../helpers/references';

let engine: InProcessEngine;
/** The same, but its encoder does not read what stands behind the gap: the answer is the same whatever that is. */
let halfBlind: InProcessEngine;
let model: LoadedModel;
let root: string;
beforeAll(async () => {
	root = mkdtempSync(join(tmpdir(), 'inkling-infill-'));
	// It has no mask of its own; a token that it never saw is one as well.
	const gapAfterPrefix = [{ text: '{prefix}' }, { token: '<|reserved_0|>' }];
	const folder = makeModel('whole', [...gapAfterPrefix, { text: '{suffix}' }]);
	engine = await startInProcess(folder);
	halfBlind = await startInProcess(makeModel('half-blind', gapAfterPrefix));
	const options = { folder, device: 'cpu', threads: 1, cacheBytes: 64 << 20 } as const;
	model = await loadModel(options, { log: silentLog, now: () => performance.now(), onProgress: () => undefined });
});
afterAll(() => {
	engine.dispose();
	halfBlind.dispose();
	rmSync(root, { recursive: true, force: true });
});

/** The tiny BART as a model that fills gaps in this format. */
function makeModel(name: string, prompt: readonly object[]): string {
	const folder = join(root, name);
	cpSync(modelFolder('tiny-bart'), folder, { recursive: true });
	const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
	writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, inkling: { fill: { prompt } } }));
	return folder;
}

const gap = (prefix: string, suffix: string): FillPrompt => ({
	kind: 'fill',
	prefix,
	suffix,
	extension: '',
	snippets: [],
});

const requestFor = (prompt: FillPrompt, changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
	prompt,
	maxTokens: 16,
	sampling: greedy,
	stop: [],
	priority: 'typing',
	ngramCache: false,
	...changes,
});

/** What the network says, token by token, after it has written what stands before the gap: no cache reused, nothing cut. */
async function likeliest(prompt: FillPrompt, count: number): Promise<readonly number[]> {
	const built = model.buildPrompt(prompt, count);
	const plan = model.plan(built);
	const { state } = model.caches.take(plan);
	let logits = new Float32Array();
	for (const id of plan.ids) logits = (await state.forward([id])).slice();
	const ids: number[] = [];
	while (ids.length < count) {
		const next = logits.indexOf(Math.max(...logits));
		if (built.stopIds.includes(next)) break;
		ids.push(next);
		logits = (await state.forward([next])).slice();
	}
	return ids;
}

test.each(['Use ', 'Open the file and close ', 'Cannot find '])(
	'a gap behind %j gets what the network says there, and the role for it',
	async prefix => {
		const prompt = gap(prefix, ' the options of this file again.');
		const { done } = await collect(engine.client.generate(requestFor(prompt), never));
		expect(done.tokenIds).toEqual(await likeliest(prompt, 16));
		expect(engine.model.roles).toEqual(['fill']);
	},
);

test('the answer ends before the text behind the gap, which the model writes as well', async () => {
	const answer = async (suffix: string, seed: number): Promise<string> => {
		const sampling = { temperature: 8, topK: 200, minTokens: 40, seed };
		const request = requestFor(gap('Open the file and close ', suffix), { sampling, maxTokens: 40 });
		return (await collect(halfBlind.client.generate(request, never))).text;
	};
	for (let seed = 1; seed <= 8; seed++) {
		const whole = await answer('', seed);
		const suffix = whole.trimEnd().slice(12, 24).trimEnd();
		const visible = suffix.trimStart();
		expect(visible.length).toBeGreaterThanOrEqual(3);
		const end = Math.min(...[suffix, visible].map(text => whole.indexOf(text)));
		expect(await answer(suffix, seed)).toBe(whole.slice(0, end));
	}
});

test('beams end there too', async () => {
	const beams = { temperature: 0, noRepeatNgramSize: 1, minTokens: 12, beams: { count: 3 } } as const;
	const ask = async (suffix: string): Promise<string> => {
		const request = requestFor(gap('Use ', suffix), { sampling: beams, candidates: 3 });
		const { done } = await collect(halfBlind.client.generate(request, never));
		return done.alternatives![0]!.text;
	};
	const whole = await ask('');
	const suffix = whole.trim().slice(2, 6).trim();
	expect(suffix.length).toBeGreaterThanOrEqual(3);
	expect(await ask(suffix)).not.toContain(suffix);
});
