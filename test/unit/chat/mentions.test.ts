import { describe, expect, test } from 'vitest';
import { findMentions, findPath } from '../../../src/chat';

/** What is named, as `kind:name`; of bare words `?name`. */
const named = (text: string): readonly string[] =>
	findMentions(text).map(mention => {
		if (mention.form === 'word') return mention.kind;
		return mention.form === 'named' ? `${mention.kind}:${mention.name}` : `?${mention.name}`;
	});

describe('what a message names', () => {
	test.each([
		['Review #changes, please', ['diff']],
		['#problems and #Terminal and @problems', ['problems', 'terminal', 'problems']],
		['解释#selection的意思', ['selection']],
		['What does #file:docs/tides.md say?', ['file:docs/tides.md']],
		['See @folder:src/, and #symbol:Gauge.', ['folder:src/', 'symbol:Gauge']],
		['Read #file:"docs/my notes.md" first', ['file:docs/my notes.md']],
		['看看#file:docs/潮汐.md。', ['file:docs/潮汐.md']],
		['Is @docs/tides.md right, @tides.md?', ['?docs/tides.md', '?tides.md']],
		['#workspace When is high water?', []],
		['me@example.org, a#changes, C# and #changeset', ['?changeset']],
		['https://example.org/#selection and x=#selection', []],
		['#', []],
	])('%s', (text, expected) => expect(named(text)).toEqual(expected));

	test('is found as it was written, each once', () => {
		expect(findMentions('#file:a.md, #file:a.md and #FILE:a.md').map(({ written }) => written)).toEqual(['#file:a.md']);
	});

	test('is found in time, whatever the text', () => {
		const before = process.cpuUsage();
		for (const text of ['#'.repeat(100_000), '@a'.repeat(50_000), '#file:"'.repeat(20_000), '潮'.repeat(100_000)])
			findMentions(text);
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1000).toBeLessThan(3000);
	});
});

describe('a path that is meant', () => {
	const paths = ['src/tides.md', 'docs/tides.md', 'docs/Gauge.md', 'README.md'];
	test.each([
		['docs/tides.md', 'docs/tides.md'],
		['./docs/tides.md', 'docs/tides.md'],
		['tides.md', 'src/tides.md'],
		['DOCS/gauge.md', 'docs/Gauge.md'],
		['readme.md', 'README.md'],
		['des.md', undefined],
		['/', undefined],
	])('%s', (name, path) => expect(paths[findPath(paths, name) ?? -1]).toBe(path));
});
