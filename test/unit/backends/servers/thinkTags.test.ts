import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ThinkTags } from '../../../../src/backends/servers/thinkTags';

function read(pieces: readonly string[]): { text: string; reasoning: string } {
	const tags = new ThinkTags();
	const parts = [...pieces.map(piece => tags.push(piece)), tags.flush()];
	return { text: parts.map(part => part.text).join(''), reasoning: parts.map(part => part.reasoning).join('') };
}

function cut(text: string, places: readonly number[]): string[] {
	const ends = [...new Set(places.map(place => place % (text.length + 1)))].sort((a, b) => a - b);
	return [...ends, text.length].map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end));
}

const words = fc.stringMatching(/^[a-z <>/\n]{0,20}$/).filter(text => !text.includes('</think>'));

test('thoughts and answer are the same however the text is cut', () => {
	fc.assert(
		fc.property(words, words, fc.array(fc.nat(), { maxLength: 8 }), (reasoning, answer, places) => {
			expect(read(cut(`\n<think>${reasoning}</think>\n\n${answer}`, places))).toEqual({
				text: answer.trimStart(),
				reasoning,
			});
		}),
	);
});

test('an answer without thoughts is left as it is, tags further on included', () => {
	fc.assert(
		fc.property(words, fc.array(fc.nat(), { maxLength: 8 }), (answer, places) => {
			const text = `x${answer}<think>y</think>`;
			expect(read(cut(text, places))).toEqual({ text, reasoning: '' });
		}),
	);
});

test('thoughts that never end are thoughts', () => {
	expect(read(['<think>on and', ' on </thi'])).toEqual({ text: '', reasoning: 'on and on </thi' });
	expect(read([' <thin'])).toEqual({ text: ' <thin', reasoning: '' });
});
