import { describe, expect, test } from 'vitest';
import { CacheStore, type Sequence } from '../../../src/engine/cacheStore';
import { planFromPrompt, type DecodingPlan, type DecodingState } from '../../../src/engine/families/family';

/** A state of one byte a token. */
class FakeState implements DecodingState {
	constructor(public length = 0) {}

	get bytes(): number {
		return this.length;
	}

	forward(): never {
		throw new Error('not in this test');
	}

	truncate(length: number): void {
		this.length = length;
	}

	copy(length = this.length): FakeState {
		return new FakeState(length);
	}
}

const storeOf = (budget: number): CacheStore => new CacheStore(() => new FakeState(), budget);

/** Does what an answer does: takes a sequence, computes the rest, gives it back. */
function answer(store: CacheStore, prompt: readonly number[] | DecodingPlan): { reused: number; sequence: Sequence } {
	const plan = 'ids' in prompt ? prompt : planFromPrompt(prompt);
	const sequence = store.take(plan);
	const reused = sequence.tokens.length;
	expect(sequence.state.length).toBe(reused);
	extend(sequence, plan.ids.slice(reused));
	store.giveBack(sequence);
	return { reused, sequence };
}

function extend(sequence: Sequence, ids: readonly number[]): void {
	sequence.tokens.push(...ids);
	const { state } = sequence;
	state.truncate(state.length + ids.length);
}

const range = (start: number, count: number): number[] => Array.from({ length: count }, (_, index) => start + index);

describe('reuse', () => {
	test('computes only what was typed since', () => {
		const store = storeOf(10_000);
		expect(answer(store, range(0, 100)).reused).toBe(0);
		expect(answer(store, range(0, 103)).reused).toBe(100);
		expect(store.count).toBe(1);
	});

	test('computes the last token of a prompt it has seen, whose logits are needed', () => {
		const store = storeOf(10_000);
		answer(store, range(0, 100));
		expect(answer(store, range(0, 100)).reused).toBe(99);
	});

	test('takes the sequence with the longest common beginning', () => {
		const store = storeOf(10_000);
		answer(store, [...range(0, 20), ...range(500, 80)]);
		answer(store, [...range(0, 10), ...range(900, 80)]);
		expect(answer(store, [...range(0, 20), ...range(500, 70), 7]).reused).toBe(90);
	});

	test('copies a short common beginning and keeps the long sequence behind it', () => {
		const store = storeOf(10_000);
		const chat = [...range(0, 20), ...range(500, 300)];
		answer(store, chat);
		expect(answer(store, [...range(0, 20), ...range(900, 5)]).reused).toBe(20);
		expect(store.count).toBe(2);
		expect(answer(store, [...chat, 1]).reused).toBe(320);
	});

	test('never gives a sequence that is in use to another answer', () => {
		const store = storeOf(10_000);
		const first = store.take(planFromPrompt(range(0, 10)));
		extend(first, range(0, 10));
		const second = store.take(planFromPrompt(range(0, 12)));
		expect(second.state).not.toBe(first.state);
		expect(second.tokens).toEqual(range(0, 10));
		extend(second, [10, 11]);
		expect(first.tokens).toEqual(range(0, 10));
		expect(first.state.length).toBe(10);
	});
});

describe('sources', () => {
	const encoded = (source: readonly number[]): DecodingPlan => ({ source, ids: [0], together: 0 });
	const seenAtOnce = (ids: readonly number[]): DecodingPlan => ({ source: [], ids, together: ids.length });

	test('keeps what an encoder computed for the same source, and only for it', () => {
		const store = storeOf(10_000);
		const { sequence } = answer(store, encoded([7, 8, 9]));
		extend(sequence, [1, 2]);
		const again = store.take(encoded([7, 8, 9]));
		expect(again).toMatchObject({ state: sequence.state, tokens: [], reusedTokens: 3 });
		expect(store.take(encoded([7, 8]))).toMatchObject({ tokens: [], reusedTokens: 0 });
		expect(store.take(encoded([7, 8, 4]))).toMatchObject({ tokens: [], reusedTokens: 0 });
	});

	test('copies a state with the same source while another answer uses it', () => {
		const store = storeOf(10_000);
		const first = store.take(encoded([7, 8, 9]));
		extend(first, [0, 1]);
		const second = store.take(encoded([7, 8, 9]));
		expect(second.state).not.toBe(first.state);
		expect(second).toMatchObject({ tokens: [], reusedTokens: 3 });
	});

	test('counts nothing as reused before the encoder has run', () => {
		const store = storeOf(10_000);
		store.giveBack(store.take(encoded([7, 8, 9])));
		expect(store.take(encoded([7, 8, 9])).reusedTokens).toBe(0);
	});

	test('takes ids that saw each other for the same ones only', () => {
		const store = storeOf(10_000);
		answer(store, seenAtOnce(range(0, 10)));
		expect(answer(store, seenAtOnce(range(0, 10))).reused).toBe(9);
		expect(answer(store, seenAtOnce(range(0, 11))).reused).toBe(0);
		expect(answer(store, seenAtOnce([...range(0, 9), 77])).reused).toBe(0);
		expect(answer(store, range(0, 10)).reused).toBe(0);
	});
});

describe('budget', () => {
	test('drops the least recently used sequence', () => {
		const store = storeOf(250);
		answer(store, range(0, 100));
		answer(store, range(1000, 100));
		answer(store, range(0, 101));
		answer(store, range(2000, 100));
		expect(store.bytes).toBeLessThanOrEqual(250);
		expect(answer(store, range(0, 102)).reused).toBe(101);
		expect(answer(store, range(1000, 100)).reused).toBe(0);
	});

	test('keeps the latest sequence even when it is larger than the budget, until another one takes its place', () => {
		const store = storeOf(50);
		const sequence = store.take(planFromPrompt(range(0, 100)));
		extend(sequence, range(0, 100));
		store.trim();
		expect(store.count).toBe(1);
		store.giveBack(sequence);
		expect(answer(store, range(0, 103)).reused).toBe(100);
		answer(store, range(1000, 10));
		expect(store.count).toBe(1);
		expect(answer(store, range(0, 103)).reused).toBe(0);
	});
});
