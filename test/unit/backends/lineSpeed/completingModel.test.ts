import { describe, expect, test } from 'vitest';
import { completingModel, warmLineLimitMs, type LargerModel } from '../../../../src/backends';

const fast = warmLineLimitMs - 1;
const slow = warmLineLimitMs + 1;

describe('of two models completes', () => {
	test.each<[string, LargerModel['state'], number | undefined, 'larger' | 'smaller', 'load' | 'measure' | 'nothing']>([
		['the larger once it is loaded and known to be fast', 'ready', fast, 'larger', 'nothing'],
		['the larger while it writes', 'generating', fast, 'larger', 'nothing'],
		['the smaller while the larger starts', 'starting', fast, 'smaller', 'nothing'],
		['the smaller while the larger loads', 'loading', fast, 'smaller', 'nothing'],
		['the smaller before the larger was wanted', 'stopped', fast, 'smaller', 'load'],
		['the smaller until the larger was measured', 'ready', undefined, 'smaller', 'measure'],
		['the smaller before anything is known', 'stopped', undefined, 'smaller', 'load'],
		['the smaller where the larger failed', 'failed', fast, 'smaller', 'nothing'],
		['the smaller where the larger is too slow, loaded for something else or not', 'ready', slow, 'smaller', 'nothing'],
		['the smaller where the larger is too slow, which is not loaded for it', 'stopped', slow, 'smaller', 'nothing'],
	])('%s', (_, state, warmLineMs, model, next) => {
		expect(completingModel({ state, warmLineMs })).toEqual({ model, next });
	});
});
