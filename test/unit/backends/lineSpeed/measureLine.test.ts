import { describe, expect, test } from 'vitest';
import { measureLine } from '../../../../src/backends';
import { type GenerateEvent, type GenerateRequest, type TextGenerator } from '../../../../src/generation';
import { fakeModel } from '../../../helpers/fakeEngine';

const live = new AbortController().signal;

/** A model that reads 4 ms and writes 20 ms a token, and knows the last prompt. `disturbances` are added to a line's time. */
class Timed implements TextGenerator {
	readonly asked: GenerateRequest[] = [];
	private known: readonly number[] = [];
	readonly model;

	constructor(
		contextTokens = 1024,
		private readonly disturbances: readonly number[] = [],
	) {
		this.model = { ...fakeModel, contextTokens };
	}

	countTokens(): Promise<number> {
		return Promise.resolve(0);
	}

	async *generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent> {
		await Promise.resolve();
		const disturbance = this.disturbances[this.asked.length] ?? 0;
		this.asked.push(request);
		const { prompt } = request;
		if (prompt.kind !== 'tokens') throw new Error('Only ready tokens are timed.');
		const { ids } = prompt;
		const same = ids.findIndex((id, index) => id !== this.known[index]);
		const reusedTokens = same < 0 ? ids.length - 1 : same;
		this.known = ids;
		const usage = {
			promptTokens: ids.length,
			reusedTokens,
			cutTokens: 0,
			newTokens: request.maxTokens,
			prefillMs: (ids.length - reusedTokens) * 4 + disturbance,
			decodeMs: request.maxTokens * 20,
		};
		yield { type: 'done', reason: signal.aborted ? 'cancelled' : 'length', usage, tokenIds: [] };
	}
}

describe('a line is timed', () => {
	test('behind a prompt that was read before, and reading that prompt is timed apart', async () => {
		const generator = new Timed();
		const speed = await measureLine(generator, 7, live);
		// Two tokens are new, twelve are written.
		expect(speed).toEqual({ warmLineMs: 2 * 4 + 12 * 20, promptTokensPerSecond: 250 });
		for (const { priority } of generator.asked) expect(priority).toBe('idle');
	});

	test('several times, because a disturbance only adds time', async () => {
		const speed = await measureLine(new Timed(1024, [0, 900, 900, 0, 900]), 7, live);
		expect(speed?.warmLineMs).toBe(2 * 4 + 12 * 20);
	});

	test('on another prompt than the measurement before, which a cache may still know', async () => {
		const generator = new Timed();
		const first = await measureLine(generator, 1, live);
		expect(await measureLine(generator, 2, live)).toEqual(first);
	});

	test('within the context of the model', async () => {
		const generator = new Timed(64);
		expect(await measureLine(generator, 7, live)).toBeDefined();
		for (const { prompt, maxTokens } of generator.asked)
			expect((prompt.kind === 'tokens' ? prompt.ids.length : NaN) + maxTokens).toBeLessThanOrEqual(64);
	});

	test('until somebody takes it back', async () => {
		expect(await measureLine(new Timed(), 7, AbortSignal.abort())).toBeUndefined();
	});
});
