import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractiveSummary, formatExtractiveSummary } from '../../../src/prompts';
import { cpuMs } from '../../helpers/cpuTime';

const english = `# Coffee machines

The office has three coffee machines. Coffee machines in the office break because nobody cleans the coffee machines. It rained on Tuesday.

\`\`\`sh
coffee --machine clean office machines
\`\`\`

## Repair

Someone ate a sandwich near the window. A cleaning plan for the machines keeps every coffee machine working in the office. Bananas are yellow this week.
`;
const pick = (text: string, maxSentences: number, languageId = 'markdown') =>
	extractiveSummary(text, { languageId, maxSentences }).sentences.map(sentence => sentence.text);

describe('an extractive summary', () => {
	test('takes the sentences that the rest is about', () => {
		const sentences = pick(english, 2).join(' ');
		expect(sentences).toContain('coffee machine');
		expect(sentences).not.toMatch(/sandwich|Bananas|rained/);
	});

	test('keeps their order and their headings, and leaves code out', () => {
		const summary = extractiveSummary(english, { languageId: 'markdown', maxSentences: 3 });
		const starts = summary.sentences.map(sentence => sentence.start);
		expect(starts).toEqual([...starts].sort((a, b) => a - b));
		expect(formatExtractiveSummary(summary)).toMatch(/^\*\*Coffee machines\*\*\n\n- .*\n[\s\S]*\*\*Repair\*\*\n\n- /);
		expect(formatExtractiveSummary(summary)).not.toContain('--machine');
	});

	test('of a very short note is the note', () => {
		expect(pick('Buy milk.\n\nCall Bob.', 3)).toEqual(['Buy milk.', 'Call Bob.']);
	});

	test('does not say a thing twice', () => {
		const text = 'The parser reads tokens from files. '.repeat(3) + 'The printer writes tokens to screens.';
		expect(new Set(pick(text, 2)).size).toBe(2);
	});

	test('works on Chinese', () => {
		const text =
			'本文提出一种基于注意力的翻译模型。昨天下雨了，没有人出门。实验表明翻译模型的注意力提高了翻译质量。中午吃了面条和一些水果。';
		expect(pick(text, 1)).toEqual(['本文提出一种基于注意力的翻译模型。']);
	});

	test('of source code reads the comments and names what they describe', () => {
		const code =
			'/**\n * Splits a long text into parts\n * that each fit the budget.\n */\nexport function splitText() {\n\treturn "Strings are not comments at all";\n}\n';
		const summary = extractiveSummary(code, { languageId: 'typescript', maxSentences: 3 });
		expect(summary.sentences).toMatchObject([
			{ text: 'Splits a long text into parts that each fit the budget.', heading: '`splitText`' },
		]);
	});

	test('has only sentences of the text, at the places it says, never more than asked for', () => {
		const piece = fc.constantFrom(
			'Alpha beta gamma delta. ',
			'你好世界今天测试。',
			'# Head\n',
			'\n\n',
			'- item one two three\n',
			'```\ncode\n```\n',
			'No end here',
			'1. ',
		);
		fc.assert(
			fc.property(fc.array(piece), fc.integer({ min: 0, max: 5 }), (pieces, maxSentences) => {
				const text = pieces.join('');
				const { sentences, sentenceCount } = extractiveSummary(text, { languageId: 'markdown', maxSentences });
				expect(sentences.length).toBe(Math.min(maxSentences, sentenceCount));
				for (const sentence of sentences) {
					const flat = text
						.slice(sentence.start)
						.replace(/^(?:[-*+•>]|\d+[.)])\s+/, '')
						.replace(/\s+/g, ' ')
						.trimStart();
					expect(flat.startsWith(sentence.text)).toBe(true);
				}
			}),
		);
	});

	test('of a very long text takes well under a second', () => {
		const text = Array.from(
			{ length: 5000 },
			(_, index) => `Sentence ${index} talks about topic ${index % 97} and thing ${index % 13}.`,
		).join(' ');
		const before = cpuMs();
		expect(pick(text, 6)).toHaveLength(6);
		expect(cpuMs() - before).toBeLessThan(3000);
	});
});
