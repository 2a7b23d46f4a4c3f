import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCitations, linkCitations, takeWorkspaceMention, type ContextItem } from '../../../src/chat';

const passage = (path: string, first: number, last: number): ContextItem => ({
	kind: 'passage',
	id: `${path}${first}`,
	label: path,
	detail: '',
	path,
	lines: { first, last },
});
const given = [passage('docs/tides.md', 10, 20), passage('docs/my notes.md', 1, 5)];
const whole: ContextItem = { kind: 'file', id: 'a', label: 'a.ts', detail: '', path: 'src/a.ts' };
const link = (answer: string, items = given): string =>
	linkCitations(answer, items, ({ path, lines }) => `to:${path}:${lines.first}`);

describe('a citation', () => {
	test.each([
		['At noon [docs/tides.md#L10-L20].', 'At noon [docs/tides.md#L10-L20](<to:docs/tides.md:10>).'],
		['At noon (docs/tides.md#L12).', 'At noon ([docs/tides.md#L12](<to:docs/tides.md:12>)).'],
		['See docs/tides.md#L12-14, too', 'See [docs/tides.md#L12-L14](<to:docs/tides.md:12>), too'],
		['[docs/my notes.md#L2-L3]', '[docs/my notes.md#L2-L3](<to:docs/my notes.md:2>)'],
		['[docs/tides.md#L11](http://evil.example)', '[docs/tides.md#L11](<to:docs/tides.md:11>)'],
		['[the guide](docs/tides.md#L11)', '[docs/tides.md#L11](<to:docs/tides.md:11>)'],
	])('%s', (answer, linked) => expect(link(answer)).toBe(linked));

	test.each([
		['of a file that was not given', '[docs/other.md#L10-L20]'],
		['of lines that were not given', '[docs/tides.md#L10-L21]'],
		['of lines in the wrong order', '[docs/tides.md#L20-L10]'],
		['of line 0', '[docs/tides.md#L0]'],
		['of a longer path', 'x/docs/tides.md#L12'],
		['in a code block', '```\ndocs/tides.md#L12\n```'],
		['in inline code', '`docs/tides.md#L12`'],
		['in a block that is still open', '```\ndocs/tides.md#L12'],
	])('%s is no link', (_, answer) => expect(link(answer)).toBe(answer));

	test('of a whole file may name any of its lines', () => {
		expect(link('[src/a.ts#L900]', [whole])).toBe('[src/a.ts#L900](<to:src/a.ts:900>)');
	});

	test('is found in any text in order, at its place, and never twice', () => {
		const part = fc.oneof(
			fc.string(),
			fc.constantFrom('[docs/tides.md#L12]', 'docs/tides.md#L10-L12', '`', '\n```\n', '['),
		);
		fc.assert(
			fc.property(fc.array(part), parts => {
				const answer = parts.join('');
				let end = 0;
				for (const citation of findCitations(answer, given)) {
					expect(citation.start).toBeGreaterThanOrEqual(end);
					expect(answer.slice(citation.start, citation.end)).toContain(citation.path);
					expect(given.map(({ path }) => path)).toContain(citation.path);
					end = citation.end;
				}
			}),
		);
	});

	test('costs little on a text made to be slow', () => {
		const before = process.cpuUsage();
		for (const text of [
			'潮'.repeat(100_000),
			'['.repeat(100_000),
			'[a'.repeat(50_000),
			'`'.repeat(100_000),
			'#L1'.repeat(30_000),
		])
			findCitations(text, given);
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1000).toBeLessThan(3000);
	});
});

describe('asking about the workspace', () => {
	test.each([
		['@workspace When is high water?', 'When is high water?', true],
		['When is high water? #workspace', 'When is high water?', true],
		['潮汐@workspace怎样？', '潮汐怎样？', true],
		['me@workspace.org', 'me@workspace.org', false],
		['#workspaces', '#workspaces', false],
		['no mention', 'no mention', false],
	])('%s', (input, text, asksWorkspace) => expect(takeWorkspaceMention(input)).toEqual({ text, asksWorkspace }));
});
