import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFromResultPanel } from '../../../src/protocol';

describe('messages from the result panel', () => {
	test.each(['ready', 'insert', 'replace', 'copy', 'stop'])(
		'%s is understood and stripped of everything else',
		type => {
			expect(parseFromResultPanel({ type, command: 'evil' })).toEqual({ type });
		},
	);

	test.each([
		[undefined],
		[null],
		['stop'],
		[{}],
		[{ type: 'eval' }],
		[{ type: ['stop'] }],
		[Object.create({ type: 'stop' })],
		[[]],
	])('%j is not', value => expect(parseFromResultPanel(value)).toBeUndefined());

	test('nothing that can be posted throws or becomes another message', () => {
		fc.assert(
			fc.property(fc.anything(), value => {
				const message = parseFromResultPanel(value);
				if (message) expect(Object.keys(message)).toEqual(['type']);
			}),
			{ numRuns: 5000 },
		);
	});
});
