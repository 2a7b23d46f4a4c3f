import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CitationStream, linkCitations, type Citation, type ContextItem } from '../../../src/chat';

const given: readonly ContextItem[] = [
	{ kind: 'passage', id: '1', label: 'tides.md', detail: '', path: 'docs/tides.md', lines: { first: 1, last: 40 } },
	{ kind: 'file', id: '2', label: 'my notes.md', detail: '', path: 'my notes.md' },
];
const address = ({ path, lines }: Citation): string => `to:${path}:${lines.first}`;

function stream(pieces: readonly string[], items = given): readonly string[] {
	const citations = new CitationStream(items, address);
	return [...pieces.map(piece => citations.push(piece)), citations.end()];
}

test('a citation that arrives in pieces is one link, and words before it do not wait', () => {
	expect(stream(['High water is at ', 'noon [docs/', 'tides.md#L3', '-L', '9', ']. ', 'Then it falls.'])).toEqual([
		'High water is at ',
		'noon ',
		'',
		'',
		'',
		'[docs/tides.md#L3-L9](<to:docs/tides.md:3>). ',
		'Then it ',
		'falls.',
	]);
});

test('a bracket that never closes holds back its line only', () => {
	const shown = stream(['[ this goes on ', 'and on\nnext ', 'line']);
	expect(shown.join('')).toBe('[ this goes on and on\nnext line');
	expect(shown[1]).not.toBe('');
});

test('without context nothing is held back', () => {
	expect(stream(['[a', ' b'], [])).toEqual(['[a', ' b', '']);
});

test('however an answer is cut, what is shown is the linked answer', () => {
	const part = fc.oneof(
		fc.string({ maxLength: 12 }),
		fc.constantFrom(
			'[docs/tides.md#L3-L9]',
			'[my notes.md#L2]',
			'docs/tides.md#L12',
			'[other.md#L1]',
			'\n',
			'```\n',
			'`',
			'[',
			'](x)',
			' ',
		),
	);
	fc.assert(
		fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat({ max: 30 }), { maxLength: 30 }), (parts, cuts) => {
			const answer = parts.join('');
			const pieces: string[] = [];
			let at = 0;
			for (const length of cuts) {
				pieces.push(answer.slice(at, at + length));
				at += length;
			}
			pieces.push(answer.slice(at));
			const shown = stream(pieces).join('');
			// A piece of code that closes later than it was shown may keep a link; nothing is lost, doubled or linked elsewhere.
			if (!answer.includes('`')) expect(shown).toBe(linkCitations(answer, given, address));
		}),
		{ numRuns: 2000 },
	);
});
