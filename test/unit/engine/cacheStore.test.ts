import { describe, expect, test } from 'vitest';
import { CacheStore, type Sequence } from '../../../src/engine/cacheStore';
import { type KeyValueCache } from '../../../src/engine/kvCache';

/** A cache of one byte a token that remembers how it was used. */
class FakeCache implements KeyValueCache {
	constructor(public length = 0) {}

	get bytes(): number {
		return this.length;
	}

	run(): never {
		throw new Error('not in this test');
	}

	truncate(length: number): void {
		this.length = length;
	}

	copy(length: number): FakeCache {
		return new FakeCache(length);
	}
}

const storeOf = (budget: number): CacheStore => new CacheStore(() => new FakeCache(), budget);

/** Does what an answer does: takes a sequence, computes the rest, gives it back. */
function answer(store: CacheStore, ids: readonly number[]): { reused: number; sequence: Sequence } {
	const sequence = store.take(ids);
	const reused = sequence.tokens.length;
	expect(sequence.cache.length).toBe(reused);
	extend(sequence, ids.slice(reused));
	store.giveBack(sequence);
	return { reused, sequence };
}

function extend(sequence: Sequence, ids: readonly number[]): void {
	sequence.tokens.push(...ids);
	const { cache } = sequence;
	cache.truncate(cache.length + ids.length);
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
		const first = store.take(range(0, 10));
		extend(first, range(0, 10));
		const second = store.take(range(0, 12));
		expect(second.cache).not.toBe(first.cache);
		expect(second.tokens).toEqual(range(0, 10));
		extend(second, [10, 11]);
		expect(first.tokens).toEqual(range(0, 10));
		expect(first.cache.length).toBe(10);
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

	test('keeps a sequence in use even when it is larger than the budget, and drops it afterwards', () => {
		const store = storeOf(50);
		const sequence = store.take(range(0, 100));
		extend(sequence, range(0, 100));
		store.trim();
		expect(store.count).toBe(1);
		store.giveBack(sequence);
		expect(store.count).toBe(0);
	});
});
