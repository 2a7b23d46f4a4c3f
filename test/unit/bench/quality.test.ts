import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { GenerationError } from '../../../src/generation';
import { askAgain } from '../../bench/quality/askAgain';
import { calibrationOf, thresholds } from '../../bench/quality/calibration';
import { completionFigures, refusalsOf, type CompletionRecord } from '../../bench/quality/completionFigures';
import { cursorsIn, sampleOf, samplePlaces, type CursorKind } from '../../bench/quality/cursors';
import { readHeldOutSets } from '../../bench/quality/heldOut';
import { appendReleaseLine, releaseLine } from '../../bench/quality/releaseLine';
import { commonPrefixLength, editSimilarity, firstLineOf, rougeL } from '../../bench/quality/textMeasures';
import { join } from 'node:path';

describe('text measures', () => {
	test('edit similarity is the share of the longer text that stays', () => {
		expect(editSimilarity('kitten', 'sitting')).toBeCloseTo(1 - 3 / 7);
		expect(editSimilarity('', 'abc')).toBe(0);
		expect(editSimilarity('', '')).toBe(1);
		expect(editSimilarity('return x;', 'return x;')).toBe(1);
	});

	test('a line counts without its end and the blanks before it', () => {
		expect(firstLineOf('a b \t\r\nc')).toBe('a b');
		expect(firstLineOf('  a')).toBe('  a');
		expect(firstLineOf('')).toBe('');
	});

	test('what both texts begin with is counted in characters', () => {
		expect(commonPrefixLength('foo(bar)', 'foo(baz)')).toBe(6);
		expect(commonPrefixLength('', 'x')).toBe(0);
		expect(commonPrefixLength('foo', 'foo(bar)')).toBe(3);
	});

	test('ROUGE-L is the F1 of the longest common subsequence of characters, blanks aside', () => {
		expect(rougeL('abcd', 'acbd')).toBeCloseTo(0.75);
		expect(rougeL('基于图的方法', '基于 图 的新方法')).toBeCloseTo(12 / 13);
		expect(rougeL('', '题')).toBe(0);
	});
});

const head = `${'// a long first line of a file that has begun, so that cursors may stand below'.padEnd(85, '.')}\n`;
const file = (text: string, path = 'a.ts') => ({ package: 'p', path, extension: 'ts', text });

describe('cursors', () => {
	const marked = (text: string, kind: CursorKind): string[] =>
		cursorsIn(head + text, kind)
			.filter(offset => offset >= head.length)
			.map(offset => `${text.slice(0, offset - head.length)}▮${text.slice(offset - head.length)}`);

	test('stand after every word that the line goes on after', () => {
		expect(marked('\tlet ab = c1;  \n', 'wordEnd')).toEqual([
			'\tlet▮ ab = c1;  \n',
			'\tlet ab▮ = c1;  \n',
			'\tlet ab = c1▮;  \n',
		]);
	});

	test('stand anywhere but within the indentation and at the end', () => {
		expect(marked('  a = b;\n', 'blank')).toEqual(['  a ▮= b;\n', '  a = ▮b;\n']);
		expect(marked('  ab  \n\n', 'anywhere')).toEqual(['  ▮ab  \n\n', '  a▮b  \n\n']);
	});

	test('do not stand at the start of a file or before an endless rest', () => {
		expect(cursorsIn('let a = 1;', 'anywhere')).toEqual([]);
		expect(marked(`x = ${'1'.repeat(200)}`, 'wordEnd')).toEqual([]);
	});

	test('are the same for the same seed, take turns among files and give back the file', () => {
		const files = ['a', 'b', 'c'].map(name => file(`${head}const ${name} = call(${name});\nnext();\n`, name));
		const places = samplePlaces(files, 'wordEnd', { count: 6, seed: 7 });
		expect(samplePlaces(files, 'wordEnd', { count: 6, seed: 7 })).toEqual(places);
		expect(samplePlaces(files, 'wordEnd', { count: 6, seed: 8 })).not.toEqual(places);
		expect(new Set(places.slice(0, 3).map(place => place.file.path)).size).toBe(3);
		for (const { before, rest, after, file: origin } of places) {
			expect(before + rest + after).toBe(origin.text);
			expect(rest).not.toBe('');
			expect(after.startsWith('\n')).toBe(true);
		}
	});

	test('of no usable file are none', () => {
		expect(samplePlaces([file('x')], 'anywhere', { count: 5, seed: 1 })).toEqual([]);
	});

	test('a sample holds each item at most once', () => {
		const chosen = sampleOf([1, 2, 3, 4, 5], 3, 1);
		expect(new Set(chosen).size).toBe(3);
		expect(sampleOf([1, 2], 9, 1)).toHaveLength(2);
	});
});

const record = (wanted: string, text?: string): CompletionRecord => ({
	language: 'ts',
	wanted,
	...(text === undefined ? { reason: 'empty' } : { offered: text }),
	modelLine: text ?? '',
});

describe('figures of completions', () => {
	const records = [record('foo(bar);', 'foo(bar);'), record('foo(bar);', 'foo(baz)'), record('x'), record('abc', 'a')];

	test('count what was offered, exact, right as far as it goes, and right and wrong characters', () => {
		expect(completionFigures(records)).toMatchObject({
			cursors: 4,
			offeredPercent: 75,
			exactPercent: 25,
			exactOfOfferedPercent: 33.3,
			agreeingOfOfferedPercent: 66.7,
			charactersOffered: 18,
			charactersRight: 16,
			charactersWrong: 2,
			modelExactPercent: 25,
		});
	});

	test('count lines after the first as wrong', () => {
		expect(completionFigures([record('ab', 'ab\ncd')])).toMatchObject({
			exactPercent: 100,
			charactersRight: 2,
			charactersWrong: 3,
		});
	});

	test('of nothing are zeros', () => {
		expect(completionFigures([])).toMatchObject({ cursors: 0, offeredPercent: 0, similarityOfOffered: 0 });
	});

	test('say why nothing was offered', () => {
		expect(refusalsOf(records)).toEqual([['empty', 1]]);
	});

	test('say what every threshold keeps', () => {
		// The first text is cut to a half, the second is gone from 0.2 on.
		const texts = (threshold: number): readonly (string | undefined)[] =>
			threshold < 0.2 ? ['foo(bar);', 'foo(baz)'] : ['foo', undefined];
		const rows = calibrationOf(
			[0, 1].map(index => ({ atThresholds: thresholds.map(each => record('foo(bar);', texts(each)[index])) })),
		);
		expect(rows[0]).toMatchObject({ threshold: 0, keptRightPercent: 100, keptWrongPercent: 100 });
		expect(rows.find(({ threshold }) => threshold === 0.2)).toMatchObject({
			offeredPercent: 50,
			keptRightPercent: 20,
			keptWrongPercent: 0,
		});
	});
});

test('where the recipe has not run, the sample of the project is read', async () => {
	const sample = join(import.meta.dirname, '../../fixtures/held-out');
	const [set, ...others] = await readHeldOutSets(join(sample, 'missing'), sample);
	expect(others).toEqual([]);
	expect(set).toMatchObject({ name: 'sample' });
	expect(new Set(set!.files.map(({ package: name }) => name))).toEqual(
		new Set(['commander', 'luxon', 'cheerio', 'python3-click']),
	);
});

test('a line for the document has a dash for what was not measured', () => {
	const figures = { bits: { unseen_files: { files: 1, bytes: 1, tokens: 1, bitsPerByte: 1.2 } } };
	expect(releaseLine('0.1.0', figures)).toBe('| 0.1.0 | 1.2 / – | – / – | – / – | – / – | – / – | – / – | – / – | – |');
});

test('a line for the document becomes the last row of the table', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'inkling-quality-'));
	const path = join(folder, 'quality.md');
	try {
		await writeFile(path, '| release |\n| --- |\n\n<!-- next release above this line -->\n');
		await appendReleaseLine(path, '| 0.1.0 |');
		await appendReleaseLine(path, '| 0.2.0 |');
		const text = await readFile(path, 'utf8');
		expect(text).toBe('| release |\n| --- |\n| 0.1.0 |\n| 0.2.0 |\n\n<!-- next release above this line -->\n');
	} finally {
		await rm(folder, { recursive: true });
	}
});

describe('a question to an engine', () => {
	const lost = new GenerationError('engineStopped', 'It ended.');

	test('is asked again when the process ended on the way', async () => {
		let asked = 0;
		const answer = askAgain(() => (++asked < 3 ? Promise.reject(lost) : Promise.resolve('answer')));
		expect(await answer).toBe('answer');
	});

	test('is given up when that keeps happening, and at once for any other failure', async () => {
		let asked = 0;
		const fail = (error: Error) => askAgain(() => (asked++, Promise.reject(error)));
		await expect(fail(lost)).rejects.toBe(lost);
		expect(asked).toBe(5);
		await expect(fail(new GenerationError('badModel', 'x'))).rejects.toMatchObject({ code: 'badModel' });
		expect(asked).toBe(6);
	});
});
