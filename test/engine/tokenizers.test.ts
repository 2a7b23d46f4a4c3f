import { Tokenizer as Library } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { IncrementalEncoder, loadTokenizer, type Tokenizer } from '../../src/engine/tokenizer';
import { wellFormed } from '../../src/engine/tokenizer/wellFormed';
import { gpt2Files, modelFiles, t5Files, tinyModelFiles, tokenizerVectors } from '../helpers/modelFiles';
import { byteLevelJson, controlLiterals, qwenPattern } from '../helpers/tokenizerCases';

let gpt2: Tokenizer;
let t5: Tokenizer;
let qwenLike: Tokenizer;
let tiny: Tokenizer;
let all: readonly (readonly [string, Tokenizer])[];

beforeAll(() => {
	gpt2 = loadTokenizer(gpt2Files());
	t5 = loadTokenizer(t5Files());
	qwenLike = loadTokenizer(modelFiles({ tokenizer: byteLevelJson(qwenPattern) }));
	tiny = loadTokenizer(tinyModelFiles());
	all = [
		['gpt2', gpt2],
		['t5', t5],
		['qwen-like', qwenLike],
		['tiny', tiny],
	];
});

/** Text as it stands in editors: words, blanks of all kinds, other scripts, emoji, literals, broken surrogates. */
const textArbitrary = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				'foo',
				'Bar_9',
				"'s",
				' ',
				'  ',
				'\t',
				'\n',
				'\r\n',
				'\n\n    ',
				'}',
				'=> {',
				'==',
				'中文',
				'é',
				'e\u0301',
				'\u{1f600}',
			),
			fc.constantFrom(
				...controlLiterals,
				'\u200b',
				'\ud800',
				'\u{10ffff}',
				'\u00a0',
				'\u0085',
				'\ufeff',
				'\u1e9e',
				'٣',
				"'LL",
				"'ſ",
			),
			fc.string({ unit: 'grapheme', maxLength: 6 }),
			fc.string({ unit: 'binary', maxLength: 4 }),
		),
		{ maxLength: 25 },
	)
	.map(parts => parts.join(''));

describe('exact ids', () => {
	test.each(tokenizerVectors('openai-community/gpt2'))('GPT-2: %s', (_, { text, ids }) => {
		expect(gpt2.encode(text)).toEqual(ids);
	});

	// The vectors were made with control tokens on and the end of sequence added.
	test.each(tokenizerVectors('google-t5/t5-small'))('T5: %s', (_, { text, ids }) => {
		expect([...t5.encodeTrusted(text), t5.eosIds[0]]).toEqual(ids);
	});

	test('our merging and the tokenizer library agree on any text, control names aside', () => {
		const json = JSON.parse(byteLevelJson(qwenPattern)) as Record<string, unknown>;
		const library = new Library({ ...json, added_tokens: [] }, {});
		fc.assert(
			fc.property(textArbitrary, text => {
				// The library knows no U+0085 as white space; the Rust original does.
				const clean = wellFormed(text).replaceAll('\u0085', '').replaceAll('\ufeff', '');
				fc.pre(clean !== '');
				expect(qwenLike.encode(clean)).toEqual(library.encode(clean, { add_special_tokens: false }).ids);
			}),
			{ numRuns: 1000 },
		);
	});
});

describe('text never becomes a control token', () => {
	test('there are 50 literals', () => expect(new Set(controlLiterals).size).toBe(50));

	test.each(controlLiterals)('%s', literal => {
		for (const [name, tokenizer] of all) {
			// T5's only mark for characters that it lacks is itself a control token, <unk>; it is not one that text can choose.
			const unknown = tokenizer === t5 ? t5.token('<unk>') : undefined;
			for (const text of [literal, ` ${literal}`, `x${literal}y`, `${literal}${literal}`, `\n${literal}\n`]) {
				const found = tokenizer.encode(text).filter(id => tokenizer.isControl(id) && id !== unknown);
				expect(found, `${name}: ${JSON.stringify(text)}`).toEqual([]);
			}
		}
	});

	test('nor does any other text', () => {
		fc.assert(
			fc.property(textArbitrary, text => {
				for (const tokenizer of [gpt2, qwenLike, tiny])
					expect(tokenizer.encode(text).some(id => tokenizer.isControl(id))).toBe(false);
			}),
			{ numRuns: 300 },
		);
	});

	test('but the model’s own templates may name them', () => {
		const ids = qwenLike.encodeTrusted('<|im_start|>user\nhi<|im_end|>');
		expect(ids.at(0)).toBe(qwenLike.token('<|im_start|>'));
		expect(ids.at(-1)).toBe(qwenLike.token('<|im_end|>'));
		expect(ids).toHaveLength(2 + qwenLike.encode('user\nhi').length);
	});
});

describe('decoding', () => {
	test('gives back every well-formed text', () => {
		fc.assert(
			fc.property(textArbitrary, text => {
				expect(gpt2.decode(gpt2.encode(text))).toBe(wellFormed(text));
				expect(tiny.decode(tiny.encode(text))).toBe(wellFormed(text));
			}),
			{ numRuns: 500 },
		);
	});

	test('streams whole characters that add up to the text', () => {
		fc.assert(
			fc.property(textArbitrary, text => {
				for (const tokenizer of [gpt2, tiny]) {
					const decoder = tokenizer.decoder();
					const pieces = tokenizer.encode(text).map(id => decoder.push(id));
					for (const piece of pieces) expect(wellFormed(piece)).toBe(piece);
					expect(pieces.join('') + decoder.flush()).toBe(wellFormed(text));
				}
			}),
			{ numRuns: 300 },
		);
	});

	test('an emoji of several tokens arrives at once', () => {
		const decoder = gpt2.decoder();
		const ids = gpt2.encode('\u{1f9d1}\u{1f3fd}');
		expect(ids.length).toBeGreaterThan(2);
		expect(ids.map(id => decoder.push(id)).filter(piece => piece !== '')).toEqual(['\u{1f9d1}', '\u{1f3fd}']);
	});

	test('bytes that never become a character end as U+FFFD', () => {
		const decoder = gpt2.decoder();
		const [first] = gpt2.encode('\u{1f9d1}');
		expect(decoder.push(first!)).toBe('');
		expect(decoder.flush()).toBe('\ufffd');
	});

	test('SentencePiece spaces stay at the start of a continuation and between words', () => {
		const decoder = t5.decoder();
		const pieces = t5.encode('hello big world').map(id => decoder.push(id));
		expect(pieces.join('') + decoder.flush()).toBe(' hello big world');
	});

	test('control tokens show nothing', () => {
		const decoder = qwenLike.decoder();
		expect(decoder.push(qwenLike.token('<|im_end|>')!) + decoder.flush()).toBe('');
	});

	test('skips the bytes that token healing made up for', () => {
		const decoder = gpt2.decoder({ skipBytes: 3 });
		expect(
			gpt2
				.encode('console.log')
				.map(id => decoder.push(id))
				.join('') + decoder.flush(),
		).toBe('sole.log');
	});
});

describe('incremental encoding', () => {
	const lines = fc.array(
		fc.oneof(
			fc.constantFrom(
				'\n',
				'\n\n',
				'\r\n',
				' \n',
				'\t',
				'    ',
				'const x = 1;',
				'}',
				'// text',
				'中文。',
				'\u{1f600}',
				"'s",
				'x',
				' ',
			),
			textArbitrary,
		),
		{ minLength: 1, maxLength: 40 },
	);
	const editArbitrary = fc.record({
		at: fc.nat(),
		remove: fc.nat(12),
		insert: fc.oneof(textArbitrary, fc.constantFrom('', 'x', '\n', ' ')),
	});

	test('equals a full encode after any edits', () => {
		fc.assert(
			fc.property(lines, fc.array(editArbitrary, { maxLength: 6 }), (parts, edits) => {
				for (const tokenizer of [gpt2, qwenLike, tiny]) {
					const encoder = new IncrementalEncoder(tokenizer);
					let text = parts.join('').repeat(4);
					expect(encoder.encode(text)).toEqual(tokenizer.encode(text));
					for (const { at, remove, insert } of edits) {
						const start = at % (text.length + 1);
						text = text.slice(0, start) + insert + text.slice(start + remove);
						expect(encoder.encode(text)).toEqual(tokenizer.encode(text));
					}
				}
			}),
			{ numRuns: 25, endOnFailure: true },
		);
	});

	test('typing re-encodes the last lines only', () => {
		let encoded = 0;
		const counting = {
			lineCuts: tiny.lineCuts,
			encode: (text: string) => ((encoded += text.length), tiny.encode(text)),
		};
		const encoder = new IncrementalEncoder(counting);
		const code = 'function add(left, right) {\n\treturn left + right;\n}\n\n'.repeat(160);
		encoder.encode(code);
		encoded = 0;
		const typed = 'const sum = add(1, 2);';
		for (let length = 1; length <= typed.length; length++) encoder.encode(code + typed.slice(0, length));
		expect(encoded / typed.length).toBeLessThan(600);
	});

	test('both kinds of pattern can be cut at lines', () => {
		expect([gpt2.lineCuts, qwenLike.lineCuts, t5.lineCuts]).toEqual(['beforeBreak', 'afterBreak', 'none']);
	});
});
