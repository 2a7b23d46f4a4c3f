import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatToolCall, toolInstructions, ToolCallStream, type ToolEvent } from '../../../src/chat';

const names = new Set(['tide', 'wind']);

function read(pieces: readonly string[]): readonly ToolEvent[] {
	const stream = new ToolCallStream(names);
	const events = [...pieces.flatMap(piece => stream.push(piece)), ...stream.end()];
	// Words that follow each other are one text, however they arrived.
	return events.reduce<readonly ToolEvent[]>((joined, event) => {
		const last = joined.at(-1);
		return last?.type === 'text' && event.type === 'text'
			? [...joined.slice(0, -1), { type: 'text', text: last.text + event.text }]
			: [...joined, event];
	}, []);
}

describe('a call in an answer', () => {
	test('is found between words, with its input', () => {
		expect(read(['Let me look. ', formatToolCall('tide', { place: 'pier' }), ' Done.'])).toEqual([
			{ type: 'text', text: 'Let me look. ' },
			{ type: 'call', name: 'tide', input: { place: 'pier' } },
			{ type: 'text', text: ' Done.' },
		]);
	});

	test('may lack its end where the answer ends', () => {
		expect(read(['<tool_call>{"name": "wind"}'])).toEqual([{ type: 'call', name: 'wind', input: {} }]);
	});

	test.each([
		['of an unknown tool', formatToolCall('rm', {})],
		['that is no JSON', '<tool_call>tide(1)</tool_call>'],
		['that is a list', '<tool_call>[1]</tool_call>'],
		['without a name', '<tool_call>{"arguments":{}}</tool_call>'],
		['that was never finished', '<tool_call>{"name":'],
	])('%s stays words', (_, text) => expect(read([text])).toEqual([{ type: 'text', text }]));

	test('however the answer is cut, the same words and calls come out', () => {
		const part = fc.oneof(
			fc.string(),
			fc.constantFrom(
				'<',
				'<tool',
				'<tool_call>',
				'</tool_call>',
				formatToolCall('tide', { a: 1 }),
				formatToolCall('no', {}),
			),
		);
		fc.assert(
			fc.property(fc.array(part), fc.array(fc.nat({ max: 9 })), (parts, cuts) => {
				const answer = parts.join('');
				const pieces: string[] = [];
				let at = 0;
				for (const length of cuts) {
					pieces.push(answer.slice(at, at + length));
					at += length;
				}
				expect(read([...pieces, answer.slice(at)])).toEqual(read([answer]));
			}),
		);
	});
});

test('a model is told every tool with its schema, and how to call one', () => {
	const told = toolInstructions(
		[{ name: 'tide', description: 'High water.', inputSchema: { type: 'object', properties: { place: {} } } }],
		true,
	);
	expect(told).toContain(
		'"name":"tide","description":"High water.","parameters":{"type":"object","properties":{"place":{}}}',
	);
	expect(told).toContain('Call one of them now.');
});
