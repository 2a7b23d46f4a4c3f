import { describe, expect, test } from 'vitest';
import { DisposableStore, Emitter, LruCache, toDisposable } from '../../../src/base';

describe('DisposableStore', () => {
	test('releases in reverse order, each once', () => {
		const order: number[] = [];
		const store = new DisposableStore();
		for (const number of [1, 2, 3]) store.add(toDisposable(() => order.push(number)));
		store.dispose();
		store.dispose();
		expect(order).toEqual([3, 2, 1]);
	});

	test('releases at once what is added after disposal', () => {
		const store = new DisposableStore();
		store.dispose();
		let released = false;
		store.add(toDisposable(() => (released = true)));
		expect(released).toBe(true);
	});
});

describe('Emitter', () => {
	test('calls listeners until they are disposed', () => {
		const emitter = new Emitter<number>();
		const seen: number[] = [];
		const first = emitter.event(value => seen.push(value));
		emitter.event(value => seen.push(value * 10));
		emitter.fire(1);
		first.dispose();
		emitter.fire(2);
		expect(seen).toEqual([1, 10, 20]);
	});

	test('the same function registered twice is removed once', () => {
		const emitter = new Emitter<number>();
		let calls = 0;
		const listener = (): void => {
			calls++;
		};
		emitter.event(listener).dispose();
		emitter.event(listener);
		emitter.event(listener);
		emitter.fire(1);
		expect(calls).toBe(2);
	});
});

describe('LruCache', () => {
	const clock = { now: 0 };
	const cache = (): LruCache<string, number> => new LruCache({ maxEntries: 2, maxAgeMs: 100 }, () => clock.now);

	test('drops the entry that was not used for longest', () => {
		const entries = cache();
		entries.set('a', 1);
		entries.set('b', 2);
		entries.get('a');
		entries.set('c', 3);
		expect([entries.get('a'), entries.get('b'), entries.get('c')]).toEqual([1, undefined, 3]);
	});

	test('forgets what is too old', () => {
		const entries = cache();
		entries.set('a', 1);
		clock.now = 101;
		expect(entries.get('a')).toBeUndefined();
		expect(entries.size).toBe(0);
	});
});
