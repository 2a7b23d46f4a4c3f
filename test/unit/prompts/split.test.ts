import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepEnd, splitSentences, splitText } from '../../../src/prompts';

/** A tokenizer of its own kind: words, single Han characters and marks. */
const countTokens = (text: string) => Promise.resolve([...text.matchAll(/[a-zA-Z0-9]+|\S/gu)].length);
const split = async (text: string, tokens: number) =>
	(await splitText(text, { tokens, countTokens })).map(part => part.text);

describe('splitText', () => {
	test('leaves a text that fits alone', async () => {
		expect(await split('one two', 2)).toEqual(['one two']);
	});

	test('cuts before a heading rather than between paragraphs', async () => {
		const text = '# A\n\na b c d\n\ne f g h\n\n# B\n\ni j k l\n';
		expect(await split(text, 13)).toEqual(['# A\n\na b c d\n\ne f g h\n\n', '# B\n\ni j k l\n']);
	});

	test('keeps a code fence whole when it fits a part of its own', async () => {
		const fence = '```js\none();\n\ntwo();\n```\n';
		const parts = await split(`a b c d e f g h.\n\n${fence}\nthe end of it`, 16);
		expect(parts.some(part => part.includes(fence))).toBe(true);
	});

	test('cuts a paragraph without line ends between sentences, Chinese ones too', async () => {
		expect(await split('One two three. Four five six. Seven eight.', 9)).toEqual([
			'One two three. Four five six. ',
			'Seven eight.',
		]);
		expect(await split('今天天气很好。我们去公园散步。晚上回家吃饭。', 16)).toEqual([
			'今天天气很好。我们去公园散步。',
			'晚上回家吃饭。',
		]);
	});

	test('loses nothing, fits every part and splits no character, whatever the text', async () => {
		const piece = fc.oneof(
			fc.constantFrom('# H\n', '\n\n', '\n', '```\n', 'word ', '。', '. ', '- item\n', '你好', '😀', '\r\n'),
			fc.string({ unit: 'grapheme', maxLength: 12 }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), async (pieces, tokens) => {
				const text = pieces.join('');
				const parts = await splitText(text, { tokens, countTokens });
				expect(parts.map(part => part.text).join('')).toBe(text);
				let start = 0;
				for (const part of parts) {
					expect(part.start).toBe(start);
					start += part.text.length;
					expect(Buffer.from(part.text).toString()).toBe(part.text);
					if (Array.from(part.text).length > 1) expect(await countTokens(part.text)).toBeLessThanOrEqual(tokens);
				}
			}),
			{ numRuns: 300 },
		);
	});

	test('needs few token counts for a long text', async () => {
		let calls = 0;
		const text = 'The quick brown fox jumps over the lazy dog.\n\n'.repeat(2000);
		const parts = await splitText(text, { tokens: 1000, countTokens: part => (calls++, countTokens(part)) });
		expect(parts.length).toBeLessThan(40);
		expect(calls).toBeLessThanOrEqual(parts.length * 2 + 1);
	});

	test('stops when it is cancelled', async () => {
		const budget = { tokens: 2, countTokens };
		await expect(splitText('a b c d e f', budget, AbortSignal.abort())).rejects.toThrow();
	});
});

describe('keepEnd', () => {
	test('keeps the whole text when it fits', async () => {
		expect(await keepEnd('a b', { tokens: 2, countTokens })).toEqual({ text: 'a b', start: 0 });
	});

	test('keeps an end that fits and starts at a paragraph', async () => {
		const text = 'one two three four.\n\nfive six seven.\n\neight nine ten.';
		const kept = await keepEnd(text, { tokens: 9, countTokens });
		expect(kept.text).toBe('five six seven.\n\neight nine ten.');
		expect(text.slice(kept.start)).toBe(kept.text);
	});

	test('always fits and is always an end', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.string({ unit: 'grapheme', maxLength: 300 }),
				fc.integer({ min: 1, max: 30 }),
				async (text, tokens) => {
					const kept = await keepEnd(text, { tokens, countTokens });
					expect(text.endsWith(kept.text)).toBe(true);
					expect(await countTokens(kept.text)).toBeLessThanOrEqual(tokens);
				},
			),
		);
	});
});

describe('splitSentences', () => {
	test.each([
		['One. Two! Three?', ['One. ', 'Two! ', 'Three?']],
		['Version 3.14 of foo.bar() is out. Get it.', ['Version 3.14 of foo.bar() is out. ', 'Get it.']],
		['See Fig. 3 by J. Smith, e.g. the left. Then stop.', ['See Fig. 3 by J. Smith, e.g. the left. ', 'Then stop.']],
		['他说：“走吧。”然后离开了。', ['他说：“走吧。”', '然后离开了。']],
		['建立了模型.结果表明有效.', ['建立了模型.', '结果表明有效.']],
		['"Really?" she asked.', ['"Really?" ', 'she asked.']],
	])('%s', (text, expected) => {
		expect(splitSentences(text)).toEqual(expected);
	});

	test('gives the text back when joined', () => {
		const marks = fc.string({ unit: fc.constantFrom('a', 'B', '.', '。', ' ', '\n', '1', '中', '”', '?') });
		fc.assert(
			fc.property(marks, text => {
				expect(splitSentences(text).join('')).toBe(text);
			}),
		);
	});
});
