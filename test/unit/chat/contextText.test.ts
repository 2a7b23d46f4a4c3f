import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	citationOf,
	contextText,
	filterDiff,
	isBinary,
	readContext,
	searchPaths,
	type ContextItem,
	type ContextSource,
} from '../../../src/chat';
import { secretKind } from '../../../src/prompts';

const item: ContextItem = { kind: 'file', id: 'file:///a.ts', label: 'a.ts', detail: '', path: 'a.ts' };

describe('the text of an item', () => {
	test('is what it was, with nothing to say about it', () => {
		expect(contextText(item, 'let a;\n')).toEqual({ item, text: 'let a;\n', notices: [] });
	});

	test('of white space only is refused as empty', () => {
		expect(contextText(item, ' \n\t')).toEqual({ item, refused: 'empty' });
	});

	test('that is too long ends at a line, and says that it was cut', () => {
		const read = contextText(item, 'a line of text\n'.repeat(20_000));
		expect(read).toMatchObject({ notices: ['cut'] });
		expect('text' in read && read.text.endsWith('text\n')).toBe(true);
		expect('text' in read && read.text.length).toBeLessThanOrEqual(200_000);
	});

	test('is never cut within a character', () => {
		const read = contextText(item, `a${'\u{1f600}'.repeat(150_000)}`);
		expect('text' in read && /^a\u{1f600}+$/u.test(read.text)).toBe(true);
	});
});

test('bytes with a NUL are no text, UTF-16 with its mark is', () => {
	expect(isBinary(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0]))).toBe(true);
	expect(isBinary(new TextEncoder().encode('潮汐'))).toBe(false);
	expect(isBinary(new Uint8Array([0xff, 0xfe, 0x61, 0]))).toBe(false);
});

test('a place is cited by path and lines', () => {
	expect(citationOf(item)).toBe('a.ts');
	expect(citationOf({ ...item, lines: { first: 3, last: 3 } })).toBe('a.ts#L3');
	expect(citationOf({ ...item, lines: { first: 3, last: 9 } })).toBe('a.ts#L3-L9');
});

describe('a diff', () => {
	const section = (path: string, line: string): string =>
		`diff --git a/${path} b/${path}\nindex 1..2 100644\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-old\n+${line}\n`;
	const isSecret = (path: string): boolean => secretKind(path) !== undefined;

	test('loses the files that hold secrets and names them', () => {
		const diff = section('src/a.ts', 'new') + section('.env', 'KEY=canary') + section('b.md', 'text');
		expect(filterDiff(diff, isSecret)).toEqual({
			text: section('src/a.ts', 'new') + section('b.md', 'text'),
			leftOut: ['.env'],
		});
	});

	test.each([
		[
			'renamed',
			'diff --git a/a.txt b/.env\nsimilarity index 90%\nrename from a.txt\nrename to .env\n@@ -1 +1 @@\n+canary\n',
		],
		[
			'quoted',
			'diff --git "a/\\346/.env" "b/\\346/.env"\n--- "a/\\346/.env"\n+++ "b/\\346/.env"\n@@ -1 +1 @@\n+canary\n',
		],
		['deleted', 'diff --git a/.env b/.env\n--- a/.env\n+++ /dev/null\n@@ -1 +0,0 @@\n-canary\n'],
		['in conflict', 'diff --cc .env\nindex 1,2..3\n--- a/.env\n+++ b/.env\n@@@ -1,1 -1,1 +1,2 @@@\n +canary\n'],
		[
			'with a blank in its name',
			'diff --git a/my keys/id_rsa b/my keys/id_rsa\n--- a/my keys/id_rsa\t\n+++ b/my keys/id_rsa\t\n@@ -1 +1 @@\n+canary\n',
		],
	])('does so for a secret that is %s', (_, diff) => {
		expect(filterDiff(diff, isSecret).text).toBe('');
	});

	test('stays whole where nothing is refused, and its content is not read for names', () => {
		const diff = section('notes.md', '+++ b/.env');
		expect(filterDiff(diff, isSecret)).toEqual({ text: diff, leftOut: [] });
		fc.assert(fc.property(fc.string(), text => filterDiff(text, () => false).text === text));
	});
});

describe('finding a path', () => {
	const paths = ['src/report.ts', 'docs/report.md', 'src/tide/reportTide.ts', 'src/measurement.ts', 'readme.md'];

	test.each([
		['report.ts', ['src/report.ts', 'src/tide/reportTide.ts']],
		['report', ['src/report.ts', 'docs/report.md', 'src/tide/reportTide.ts']],
		['SRC/', ['src/report.ts', 'src/tide/reportTide.ts', 'src/measurement.ts']],
		['msmt', ['src/measurement.ts']],
		['nothing', []],
		['', paths],
	])('%s', (query, found) => expect(searchPaths(paths, query)).toEqual(found));

	test('gives at most twenty', () => {
		expect(
			searchPaths(
				Array.from({ length: 99 }, (_, index) => `a${index}`),
				'a',
			),
		).toHaveLength(20);
	});
});

test('items are read from the source of their kind, once each, and refusals come apart', async () => {
	const source: ContextSource = {
		kind: 'file',
		search: () => Promise.resolve([]),
		read: asked =>
			Promise.resolve(
				asked.id.endsWith('.env') ? { item: asked, refused: 'secret' } : { item: asked, text: asked.id, notices: [] },
			),
	};
	const other: ContextItem = { ...item, id: 'file:///.env' };
	const unknown: ContextItem = { ...item, kind: 'terminal', id: 'terminal' };
	const { texts, refused } = await readContext([item, other, item, unknown], [source], new AbortController().signal);
	expect(texts.map(({ text }) => text)).toEqual(['file:///a.ts']);
	expect(refused).toEqual([
		{ item: other, refused: 'secret' },
		{ item: unknown, refused: 'missing' },
	]);
});
