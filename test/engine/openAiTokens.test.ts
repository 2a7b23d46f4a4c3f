import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { getEncoding, type Tiktoken } from 'js-tiktoken';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLog, toDisposable } from '../../src/base';
import { TokenProcess, type TokenProcessOptions } from '../../src/backends';
import { Vocabulary } from '../../src/engine/openAiTokens/vocabulary';
import { openAiVocabularies, parseToTokenCounter, type OpenAiVocabulary } from '../../src/protocol';
import { buildTokenCounter } from '../helpers/buildEngine';

const ours = new Map<OpenAiVocabulary, Vocabulary>();
const theirs = new Map<OpenAiVocabulary, Tiktoken>();
beforeAll(() => {
	for (const name of openAiVocabularies) {
		ours.set(name, new Vocabulary(name));
		theirs.set(name, getEncoding(name));
	}
});

/** The library itself on the whole text, control names off: what our counts must be. */
const reference = (name: OpenAiVocabulary, text: string): number => theirs.get(name)!.encode(text, [], []).length;

const sample = join(import.meta.dirname, '../fixtures/sample');
const files = readdirSync(sample, { recursive: true, encoding: 'utf8' }).filter(file => /\.(md|ts|py|txt)$/.test(file));

describe.each(openAiVocabularies)('%s', name => {
	test.each(files)('counts %s as js-tiktoken does', file => {
		const text = readFileSync(join(sample, file), 'utf8');
		expect(ours.get(name)!.count(text)).toBe(reference(name, text));
	});

	test('counts any text as js-tiktoken does, also unbroken runs that are merged here', () => {
		const run = fc.tuple(fc.constantFrom('a', '=', '中', '\u{1f600}', 'Ab', 'the', ' ', '\n', '0'), fc.nat(120));
		const part = fc.oneof(
			run.map(([text, times]) => text.repeat(times)),
			fc.string({ unit: 'binary', maxLength: 20 }),
			fc.constantFrom('<|endoftext|>', '<|im_start|>', "it's", ' hello', '\r\n\t', '\ud800'),
		);
		fc.assert(
			fc.property(fc.array(part, { maxLength: 6 }), parts => {
				const text = parts.join('');
				expect(ours.get(name)!.count(text)).toBe(reference(name, text));
			}),
			{ numRuns: 300 },
		);
	});

	/** S10. js-tiktoken alone takes 111 s for a third of the first one. */
	test.each([
		['a', 'a'.repeat(100_000)],
		['mixed letters', 'qwzxjkvbpy'.repeat(10_000)],
		['blanks', ' '.repeat(100_000)],
		['equal signs', '='.repeat(100_000)],
		['line feeds', '\n'.repeat(100_000)],
		['Chinese', '中'.repeat(33_333)],
		['emoji', '\u{1f600}'.repeat(25_000)],
		['marks', '\u0301'.repeat(50_000)],
		['capitals', 'A'.repeat(100_000)],
		['digits', '0'.repeat(100_000)],
		['NUL', '\0'.repeat(100_000)],
		['zero-width spaces', '\u200b'.repeat(33_333)],
	])('100 KB of %s take at most 2 s', (_, text) => {
		const before = process.cpuUsage();
		expect(ours.get(name)!.count(text)).toBeGreaterThan(0);
		const { user, system } = process.cpuUsage(before);
		expect((user + system) / 1000).toBeLessThan(2000);
	});
});

const processes: TokenProcess[] = [];
afterEach(() => processes.splice(0).forEach(process => process.dispose()));

function counterWith(options: TokenProcessOptions): TokenProcess {
	const process = new TokenProcess(options);
	processes.push(process);
	return process;
}

describe('the process that owns the vocabularies', () => {
	test('counts for the extension host, many texts at once', async () => {
		const counter = counterWith({ entry: await buildTokenCounter(), log: silentLog });
		const texts = Array.from({ length: 40 }, (_, index) => `const number${index} = ${index} ** 2; // 中文`);
		const counts = await Promise.all(texts.map(text => counter.count('o200k_base', text)));
		expect(counts).toEqual(texts.map(text => reference('o200k_base', text)));
		expect(await counter.count('cl100k_base', texts[3]!)).toBe(reference('cl100k_base', texts[3]!));
	});

	test('is replaced when it does not answer, and left alone after three times', async () => {
		let started = 0;
		const silent = (): ReturnType<NonNullable<TokenProcessOptions['start']>> => {
			started++;
			const channel = { send: () => undefined, onMessage: () => none, onClose: () => none };
			return { pid: undefined, channel, dispose: () => undefined };
		};
		const none = toDisposable(() => undefined);
		const counter = counterWith({ entry: '', log: silentLog, answerMs: 5, start: silent });
		for (let time = 0; time < 5; time++) expect(await counter.count('o200k_base', 'text')).toBeUndefined();
		expect(started).toBe(3);
	});

	test.each([
		null,
		'text',
		{ call: 1 },
		{ call: 1, vocabulary: 'p50k_base', text: '' },
		{ call: -1, vocabulary: 'o200k_base', text: '' },
		{ call: 1, vocabulary: 'o200k_base', text: 'x'.repeat(4_000_001) },
	])('refuses what is no question: %#', message => {
		expect(parseToTokenCounter(message)).toBeUndefined();
	});
});
