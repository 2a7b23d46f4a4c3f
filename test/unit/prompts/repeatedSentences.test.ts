import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RepeatedSentences } from '../../../src/prompts/repeatedSentences';

/** What is shown of an answer that arrives in pieces, and whether it was ended. */
function show(before: string, pieces: readonly string[]): { readonly text: string; readonly stopped: boolean } {
	const repeats = new RepeatedSentences(before);
	const shown = pieces.map(piece => repeats.push(piece));
	return { text: shown.join('') + repeats.flush(), stopped: repeats.stopped };
}

const before = 'The road was empty that morning. We walked down to the sea. ';

describe('a continuation', () => {
	test.each([
		['ends before a sentence of the text', 'It was cold. We walked down to the sea. Then', 'It was cold. '],
		[
			'ends before a sentence of its own',
			'The gulls were crying loudly. So. The gulls were crying loudly. ',
			'The gulls were crying loudly. So. ',
		],
		['ends before a repeat that is its last word', 'It was cold. We walked down to the sea.', 'It was cold. '],
		['ends before a repeat with other white space', 'It was cold. We walked\ndown to the sea. Then', 'It was cold. '],
	])('%s', (_, answer, expected) => {
		expect(show(before, Array.from(answer))).toEqual({ text: expected, stopped: true });
	});

	test.each([
		['that begins like an earlier sentence', 'We walked down to the sea and back. Then we slept.'],
		['that says something short again', 'Yes. No. Yes. No. Yes.'],
		['with the items of a list', '- [ ] apples\n- [ ] bread\n- [ ] apples\n- [ ] bread\n'],
		['that stops in the middle of an earlier sentence', 'It was cold. We walked down to'],
		['with numbers', 'It cost 3.14 and 3.14 more. It cost 3.15.'],
	])('%s stays whole', (_, answer) => {
		expect(show(before, Array.from(answer))).toEqual({ text: answer, stopped: false });
	});

	test('that begins with an echo goes on behind it', () => {
		const answer = `${before}The water was calm and grey.`;
		expect(show(before, Array.from(answer))).toEqual({ text: 'The water was calm and grey.', stopped: false });
	});

	test('may finish a sentence as an earlier one ended, but not begin one so', () => {
		const text = 'The road was empty that morning. The road was empty';
		expect(show(text, [' that morning.']).text).toBe(' that morning.');
		expect(show('The road was empty that morning.', [' The road was empty that morning.', ' And cold.']).text).toBe(
			' And cold.',
		);
	});

	test('in Chinese ends before a repeat', () => {
		const text = '那天早上路上空无一人。我们走到了海边。';
		expect(show(text, Array.from('天很冷。我们走到了海边。然后'))).toEqual({ text: '天很冷。', stopped: true });
	});

	test('is shown as it comes where it cannot become a repeat', () => {
		const repeats = new RepeatedSentences(before);
		expect(repeats.push('We')).toBe('');
		expect(repeats.push(' ran')).toBe('We ran');
		expect(repeats.push(' away')).toBe(' away');
	});
});

describe('any continuation', () => {
	const words = fc.constantFrom(
		'The',
		' road',
		' was',
		' empty',
		'.',
		'. ',
		'\n\n',
		'。',
		'海边',
		'3.',
		'14',
		' etc. ',
		'"',
		' ',
		'!',
	);
	const text = fc.array(words, { maxLength: 40 });

	test('is the same however it is cut into pieces', () => {
		fc.assert(
			fc.property(text, text, (start, answer) => {
				const whole = answer.join('');
				expect(show(start.join(''), answer)).toEqual(show(start.join(''), Array.from(whole)));
			}),
			{ numRuns: 2000 },
		);
	});

	test('is whole unless it is ended or began with an echo, and then made of its own pieces', () => {
		fc.assert(
			fc.property(text, text, (start, answer) => {
				const { text: shown, stopped } = show(start.join(''), answer);
				const whole = answer.join('');
				if (stopped) expect(whole).toContain(shown.trimStart());
				else expect(whole.endsWith(shown.trimStart())).toBe(true);
			}),
			{ numRuns: 2000 },
		);
	});
});
