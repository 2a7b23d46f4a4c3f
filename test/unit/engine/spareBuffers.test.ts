import { expect, test } from 'vitest';
import { SpareBuffers } from '../../../src/engine/kvCache';

const cacheOf = (capacity: number, numbersPerToken = 4) => ({
	capacity,
	buffers: [new Float32Array(capacity * numbersPerToken)],
});

test('buffers go to one cache only, and to none that they are too small or much too large for', () => {
	const spares = new SpareBuffers();
	const left = cacheOf(256);
	spares.put(left);
	expect(spares.take(257)).toBeUndefined();
	expect(spares.take(127)).toBeUndefined();
	expect(spares.take(200)).toBe(left);
	expect(spares.take(200)).toBeUndefined();
});

test('the last ones are kept, and none that are large', () => {
	const spares = new SpareBuffers();
	const last = cacheOf(384);
	spares.put(cacheOf(256));
	spares.put(last);
	spares.put(cacheOf(512, 1 << 16));
	expect(spares.take(300)).toBe(last);
});
