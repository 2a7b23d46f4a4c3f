import { describe, expect, test } from 'vitest';
import { completingModel, warmLineLimitMs, type Completing, type LargerModel } from '../../../../src/backends';

const fast = warmLineLimitMs - 1;
const slow = warmLineLimitMs + 1;

type Row = readonly [name: string, state: LargerModel['state'], warmLineMs: number | undefined, expected: Completing];

const larger: Completing = { model: 'larger', next: 'nothing' };
const smaller = (next: Completing['next']): Completing => ({ model: 'smaller', next });

describe('of two models completes', () => {
	test.each<Row>([
		['the larger once it is loaded and known to be fast', 'ready', fast, larger],
		['the larger while it writes', 'generating', fast, larger],
		['the smaller while the larger starts', 'starting', fast, smaller('nothing')],
		['the smaller while the larger loads', 'loading', fast, smaller('nothing')],
		['the smaller before the larger was wanted', 'stopped', fast, smaller('load')],
		['the smaller until the larger was measured', 'ready', undefined, smaller('measure')],
		['the smaller before anything is known', 'stopped', undefined, smaller('load')],
		['the smaller where the larger failed, which then says why', 'failed', fast, smaller('load')],
		['the smaller where the larger is loaded for something else and too slow', 'ready', slow, smaller('nothing')],
		['the smaller where the larger is too slow to be loaded', 'stopped', slow, smaller('nothing')],
	])('%s', (_, state, warmLineMs, expected) => {
		expect(completingModel({ state, warmLineMs })).toEqual(expected);
	});
});
