import { describe, expect, test } from 'vitest';
import { ReadingSpeed, ReadingSpeeds } from '../../../src/completions/readingSpeed';

const local = { device: 'cpu' } as const;

/** A request whose prompt of 400 tokens, 100 of them reused, was read at this many tokens a second. */
function read(speed: ReadingSpeed, tokensPerSecond: number, times = 1): void {
	for (let count = 0; count < times; count++)
		speed.note({
			promptTokens: 400,
			reusedTokens: 100,
			cutTokens: 0,
			newTokens: 5,
			prefillMs: (300 / tokensPerSecond) * 1000,
			decodeMs: 50,
		});
}

describe('how much text a model reads in time', () => {
	test('a slow machine gets short prompts, a fast one long ones', () => {
		const slow = new ReadingSpeed();
		read(slow, 420, 3);
		expect(slow.limitFor(local)).toBe(256);
		const fast = new ReadingSpeed();
		read(fast, 6000, 3);
		expect(fast.limitFor(local)).toBeGreaterThanOrEqual(3072);
	});

	test('the slowest still reads what is nearest to the cursor', () => {
		const speed = new ReadingSpeed();
		read(speed, 20, 5);
		expect(speed.limitFor(local)).toBe(192);
	});

	test('a prompt that is read again and again keeps its length while the speed varies a little', () => {
		const speed = new ReadingSpeed();
		read(speed, 1000, 5);
		const length = speed.limitFor(local);
		for (const tokensPerSecond of [1100, 950, 1150, 1050, 980, 1120, 1010, 970]) {
			read(speed, tokensPerSecond);
			expect(speed.limitFor(local)).toBe(length);
		}
	});

	test('one slow moment changes nothing, a lasting one does', () => {
		const speed = new ReadingSpeed();
		read(speed, 2000, 5);
		const length = speed.limitFor(local);
		read(speed, 200);
		expect(speed.limitFor(local)).toBe(length);
		read(speed, 200, 4);
		expect(speed.limitFor(local)).toBeLessThan(length);
	});

	test('requests that computed next to nothing say nothing of the speed', () => {
		const speed = new ReadingSpeed();
		const before = speed.limitFor(local);
		speed.note({ promptTokens: 900, reusedTokens: 897, cutTokens: 0, newTokens: 9, prefillMs: 90, decodeMs: 50 });
		expect(speed.limitFor(local)).toBe(before);
	});

	test('a request that was taken back while its prompt was read says nothing of the speed', () => {
		const speed = new ReadingSpeed();
		read(speed, 420, 3);
		const before = speed.limitFor(local);
		const takenBack = { promptTokens: 900, reusedTokens: 0, cutTokens: 0, newTokens: 0, prefillMs: 20, decodeMs: 0 };
		for (let count = 0; count < 5; count++) speed.note(takenBack);
		expect(speed.limitFor(local)).toBe(before);
	});

	test('a speed that was measured before counts from the first prompt on', () => {
		expect(new ReadingSpeed(250).limitFor(local)).toBe(192);
		expect(new ReadingSpeed(3000).limitFor(local)).toBe(2048);
	});

	test('models that answer by turns do not learn from each other', () => {
		const speeds = new ReadingSpeeds();
		const small = { id: 'small', device: 'cpu' } as const;
		const large = { id: 'large', device: 'cpu', promptTokensPerSecond: 250 } as const;
		read(speeds.of(small), 6000, 3);
		expect(speeds.of(large).limitFor(large)).toBe(192);
		expect(speeds.of(small).limitFor(small)).toBeGreaterThanOrEqual(3072);
		// The same model on another device is another machine.
		expect(speeds.of({ ...small, device: 'webgpu' }).limitFor(small)).toBe(new ReadingSpeed().limitFor(local));
	});

	test('a server is given what the settings allow', () => {
		const speed = new ReadingSpeed();
		read(speed, 20, 5);
		expect(speed.limitFor({ device: 'remote' })).toBe(Infinity);
	});
});
