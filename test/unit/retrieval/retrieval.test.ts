import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PassageIndex, runInSlices, splitPassages, words } from '../../../src/retrieval';

const root = join(import.meta.dirname, '..', '..', '..');

function indexOf(documents: Readonly<Record<string, string>>): PassageIndex {
	const index = new PassageIndex();
	for (const [path, text] of Object.entries(documents)) Array.from(index.add(path, text));
	return index;
}

describe('words', () => {
	test.each([
		['the tide gauge', ['tide', 'gauge']],
		[
			'parseModelConfig HTTPServer utf8',
			['parsemodelconfig', 'parse', 'model', 'config', 'httpserver', 'http', 'server', 'utf8', 'utf'],
		],
		['snake_case_name', ['snake', 'case', 'name']],
		['怎样看潮汐表', ['怎样', '样看', '看潮', '潮汐', '汐表']],
		['港', ['港']],
		['水位 gauge 计', ['水位', '计', 'gauge']],
		['Über Ärger', ['über', 'ärger']],
		['한국어 문서', ['한국어', '문서']],
	])('%s', (text, expected) => expect(words(text)).toEqual(expected));
});

describe('passages', () => {
	test('begin at headings and cover every line with text, in order', () => {
		const text = `# One\n\n${'Sentence. '.repeat(30)}\n\n## Two\n\nShort.\n\n\n# Three\nEnd`;
		const passages = splitPassages(text);
		expect(passages.map(({ first, last }) => [first, last])).toEqual([
			[1, 3],
			[5, 7],
			[10, 11],
		]);
	});

	test('of any text hold its lines at the numbers they say, and are short', () => {
		const line = fc.oneof(fc.string({ maxLength: 120 }), fc.constantFrom('', '# a', '}', 'function f() {', '\tx();'));
		fc.assert(
			fc.property(fc.array(line, { maxLength: 200 }), lines => {
				const text = lines.join('\n');
				const all = text.split('\n');
				let covered = 0;
				for (const passage of splitPassages(text)) {
					expect(
						all
							.slice(covered, passage.first - 1)
							.join('')
							.trim(),
					).toBe('');
					expect(all.slice(passage.first - 1, passage.last).join('\n')).toBe(
						passage.text
							.split('\n')
							.slice(0, passage.last - passage.first + 1)
							.join('\n'),
					);
					expect(passage.last - passage.first).toBeLessThan(40);
					covered = passage.last;
				}
				expect(all.slice(covered).join('').trim()).toBe('');
			}),
		);
	});
});

describe('finding', () => {
	const sample = (path: string): string => readFileSync(join(root, 'test/fixtures/sample', path), 'utf8');
	const documents = Object.fromEntries(
		[
			'docs/tides.md',
			'docs/tides.zh.md',
			'docs/messages.txt',
			'src/report.ts',
			'src/measurement.ts',
			'scripts/tides.py',
		].map(path => [path, sample(path)]),
	);

	test.each([
		['How does a strong wind change the tide?', 'docs/tides.md'],
		['西风会怎么影响潮位？', 'docs/tides.zh.md'],
		['Which message says that a station name is in use?', 'docs/messages.txt'],
	])('%s', (question, path) => {
		const [best] = indexOf(documents).find(question, 3);
		expect(best?.path).toBe(path);
	});

	test('the lines of a passage are those that hold the answer', () => {
		const filler = Array.from({ length: 60 }, (_, index) => `## Part ${index}\n\nNothing about it here.\n`).join('\n');
		const text = `${filler}\n## Anchors\n\nThe spare anchor lies under the forward hatch.\n`;
		const [best] = indexOf({ 'ship.md': text, 'other.md': filler }).find('Where is the spare anchor?', 1);
		const lines = text.split('\n').slice(best!.first - 1, best!.last);
		expect(lines.join('\n')).toContain('under the forward hatch');
		expect(lines.length).toBeLessThan(8);
	});

	test('looks only where it is told to', () => {
		const found = indexOf(documents).find('tide', 9, path => path.startsWith('docs/'));
		expect(found.length).toBeGreaterThan(0);
		expect(found.every(({ path }) => path.startsWith('docs/'))).toBe(true);
	});

	test('a changed document is found by its new words only, a removed one not at all', () => {
		const index = indexOf({ 'a.md': 'walrus', 'b.md': 'other' });
		Array.from(index.add('a.md', 'pelican'));
		expect(index.find('walrus', 5)).toEqual([]);
		expect(index.find('pelican', 5)).toMatchObject([{ path: 'a.md', first: 1, last: 1 }]);
		index.remove('a.md');
		expect(index.find('pelican', 5)).toEqual([]);
		expect(index.documentCount).toBe(1);
	});

	test('any question on any text gives places that exist', () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 500 }), fc.string({ maxLength: 50 }), (text, question) => {
				const index = indexOf({ 'a-1-2.md': text });
				for (const { path, first, last } of index.find(question, 5)) {
					expect(path).toBe('a-1-2.md');
					expect(first).toBeGreaterThan(0);
					expect(last).toBeLessThanOrEqual(text.split('\n').length);
				}
			}),
		);
	});
});

describe('work in slices', () => {
	test('gives others a turn after every slice and stops when aborted', async () => {
		const controller = new AbortController();
		let [clock, pauses, steps] = [0, 0, 0];
		function* work(): Generator<void> {
			for (; steps < 100; steps++) {
				clock += 3;
				yield;
			}
		}
		const pause = (): Promise<void> => {
			if (++pauses === 5) controller.abort();
			return Promise.resolve();
		};
		await runInSlices(work(), { now: () => clock, pause, sliceMs: 10 }, controller.signal);
		expect(pauses).toBe(5);
		expect(steps).toBeLessThan(25);
	});
});

test('this repository is indexed without holding the thread for long', async () => {
	const files = ['src', 'test/unit', 'docs'].flatMap(folder =>
		readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
			.filter(name => /\.(?:tsx?|md)$/.test(name))
			.map(name => join(folder, name)),
	);
	const index = new PassageIndex();
	const slices: number[] = [];
	let last = process.cpuUsage();
	const slicing = {
		now: () => performance.now(),
		pause: () => {
			const { user, system } = process.cpuUsage(last);
			slices.push((user + system) / 1000);
			return new Promise<void>(resolve => setImmediate(resolve)).then(() => void (last = process.cpuUsage()));
		},
		sliceMs: 8,
	};
	function* work(): Generator<void> {
		for (const file of files) yield* index.add(file, readFileSync(join(root, file), 'utf8'));
	}
	await runInSlices(work(), slicing, new AbortController().signal);
	expect(index.documentCount).toBe(files.length);
	const found = index.find('Where is the KV cache truncated?', 5).map(({ path }) => path);
	expect(found.some(path => path.startsWith('src/engine/kvCache/'))).toBe(true);
	slices.sort((a, b) => a - b);
	expect(slices[Math.floor(slices.length * 0.99)]).toBeLessThan(50);
});
