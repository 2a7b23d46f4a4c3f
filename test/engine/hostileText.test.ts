import { beforeAll, describe, expect, test } from 'vitest';
import { loadTokenizer, type Tokenizer } from '../../src/engine/tokenizer';
import { gpt2Files, modelFiles, t5Files, tinyModelFiles } from '../helpers/modelFiles';
import { byteLevelJson, qwenPattern } from '../helpers/tokenizerCases';

let t5: Tokenizer;
let all: readonly (readonly [string, Tokenizer])[];

beforeAll(() => {
	t5 = loadTokenizer(t5Files());
	all = [
		['gpt2', loadTokenizer(gpt2Files())],
		['t5', t5],
		['qwen-like', loadTokenizer(modelFiles({ tokenizer: byteLevelJson(qwenPattern) }))],
		['tiny', loadTokenizer(tinyModelFiles())],
	];
});

describe('long runs without a break', () => {
	const pseudoRandom = (length: number, alphabet: string): string => {
		let state = 1;
		return Array.from(
			{ length },
			() => alphabet[(state = (Math.imul(state, 1103515245) + 12345) >>> 0) % alphabet.length],
		).join('');
	};
	const bytes = 100_000;
	const texts: readonly (readonly [string, string])[] = [
		['a', 'a'.repeat(bytes)],
		['blanks', ' '.repeat(bytes)],
		['equal signs', '='.repeat(bytes)],
		['Chinese', '中'.repeat(bytes / 3)],
		['line feeds', '\n'.repeat(bytes)],
		['emoji', '\u{1f600}'.repeat(bytes / 4)],
		['zero-width spaces', '\u200b'.repeat(bytes / 3)],
		['base64', pseudoRandom(bytes, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')],
		['letters', pseudoRandom(bytes, 'abcdefghijklmnopqrstuvwxyz')],
		['digits', '0'.repeat(bytes)],
		['tabs', '\t'.repeat(bytes)],
		['NUL', '\0'.repeat(bytes)],
	];

	/** Processor time of this process, so that a busy machine does not decide. */
	const measure = (work: () => void): number => {
		const before = process.cpuUsage();
		work();
		const { user, system } = process.cpuUsage(before);
		return (user + system) / 1000;
	};

	test.each(texts)('100 KB of %s take at most 2 s', (_, text) => {
		for (const [name, tokenizer] of all) {
			let ids: readonly number[] = [];
			expect(
				measure(() => (ids = tokenizer.encode(text))),
				name,
			).toBeLessThan(2000);
			if (tokenizer !== t5) expect(tokenizer.decode(ids) === text, name).toBe(true);
		}
	});
});

describe('hostile tokenizer files', () => {
	const good = JSON.parse(byteLevelJson(qwenPattern)) as Record<string, Record<string, unknown>>;
	const withModel = (model: Record<string, unknown>): string =>
		JSON.stringify({ ...good, model: { ...good.model, ...model } });
	const withPattern = (pattern: string): string => byteLevelJson(pattern);
	const cases: readonly (readonly [string, () => string])[] = [
		['cut off', () => byteLevelJson(qwenPattern).slice(0, 200_000)],
		['not an object', () => '[]'],
		['a web page', () => '<!doctype html><title>404</title>'],
		['no vocabulary', () => withModel({ vocab: {} })],
		['ids that are words', () => withModel({ vocab: { a: 'one' } })],
		['an enormous id', () => withModel({ vocab: { a: 0, b: 2 ** 40 } })],
		['merges of the wrong type', () => withModel({ merges: [1, 2, 3] })],
		['merges with three parts', () => withModel({ merges: ['a b c'] })],
		['added tokens without content', () => JSON.stringify({ ...good, added_tokens: [{ id: 1 }] })],
		['a pattern that is no pattern', () => withPattern('(((')],
		['a pattern that would run forever', () => withPattern('(a+)+$')],
		['a pattern with choices that would run forever', () => withPattern('(?:a|aa)*b')],
		[
			'a nesting bomb',
			() =>
				`{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"normalizer":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
		],
		['an unknown model', () => JSON.stringify({ ...good, model: { type: 'Magic', vocab: 'none' } })],
		['an unknown pre-tokenizer', () => JSON.stringify({ ...good, pre_tokenizer: { type: 'Magic' } })],
		['too large', () => ' '.repeat(64 * 1024 * 1024 + 1)],
	];

	test.each(cases)('%s', (_, make) => {
		const tokenizer = make();
		const started = process.cpuUsage();
		expect(() => loadTokenizer(modelFiles({ tokenizer })).encode('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')).toThrow(
			expect.objectContaining({ code: 'badModel', message: expect.stringContaining('tokenizer.json') as string }),
		);
		expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
	});

	test('cyclic merges end', () => {
		const merges = ['a b', 'ab a', 'b a', 'ba b', 'a b', ' a', 'a ', ' '];
		const vocab = Object.fromEntries([
			...Object.entries(good.model!.vocab as Record<string, number>).filter(([, id]) => id < 256),
			['ab', 256],
			['aba', 257],
			['ba', 258],
		]);
		const tokenizer = loadTokenizer(modelFiles({ tokenizer: withModel({ vocab, merges }) }));
		expect(tokenizer.decode(tokenizer.encode('abababab'))).toBe('abababab');
	});

	test('a folder without tokenizer files says which are missing', () => {
		expect(() => loadTokenizer(modelFiles({}))).toThrow(expect.objectContaining({ code: 'modelMissing' }));
	});
});
