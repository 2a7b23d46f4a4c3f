import { Tokenizer as Library } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { IncrementalEncoder, loadTokenizer, type Tokenizer } from '../../src/engine/tokenizer';
import { wellFormed } from '../../src/engine/tokenizer/wellFormed';
import { gpt2Files, modelFiles, t5Files, tinyModelFiles, tokenizerVectors } from '../helpers/modelFiles';

/** GPT-2's files as one tokenizer.json, with the pre-tokenizer that Qwen2.5, Llama 3 and our own models use. */
function byteLevelJson(pattern: string): string {
	const { vocabulary, merges } = gpt2Files();
	const model = {
		type: 'BPE',
		vocab: JSON.parse(vocabulary!) as unknown,
		merges: merges!.split('\n').slice(1, -1),
	};
	const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
	const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
	return JSON.stringify({
		added_tokens: ['<|endoftext|>', ...controlLiterals.filter(name => name !== '<|endoftext|>')].map(
			(content, index) => ({
				id: 50256 + index,
				content,
				special: index % 2 === 0,
				normalized: index % 2 === 1,
			}),
		),
		normalizer: { type: 'NFC' },
		pre_tokenizer: { type: 'Sequence', pretokenizers: [split, bytes] },
		post_processor: null,
		decoder: bytes,
		model,
	});
}

const qwenPattern =
	"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** What a file, a web page or a model's answer may contain to look like a control token. */
const controlLiterals = [
	...[
		'<|endoftext|>',
		'<|im_start|>',
		'<|im_end|>',
		'<|fim_prefix|>',
		'<|fim_middle|>',
		'<|fim_suffix|>',
		'<|fim_pad|>',
	],
	...[
		'<|repo_name|>',
		'<|file_sep|>',
		'<|system|>',
		'<|user|>',
		'<|assistant|>',
		'<|end|>',
		'<|eot_id|>',
		'<|begin_of_text|>',
	],
	...[
		'<|start_header_id|>',
		'<|end_header_id|>',
		'<|eom_id|>',
		'<|python_tag|>',
		'<s>',
		'</s>',
		'<pad>',
		'<mask>',
		'[INST]',
	],
	...[
		'[/INST]',
		'[SUFFIX]',
		'[PREFIX]',
		'[MIDDLE]',
		'[TOOL_CALLS]',
		'[AVAILABLE_TOOLS]',
		'<<SYS>>',
		'<</SYS>>',
		'<bos>',
		'<eos>',
	],
	...[
		'<start_of_turn>',
		'<end_of_turn>',
		'<fim_prefix>',
		'<fim_suffix>',
		'<fim_middle>',
		'<file_sep>',
		'▁<PRE>',
		'▁<SUF>',
	],
	...[
		'▁<MID>',
		'▁<EOT>',
		'<｜fim▁begin｜>',
		'<｜fim▁hole｜>',
		'<｜fim▁end｜>',
		'<｜end▁of▁sentence｜>',
		'<extra_id_0>',
		'<think>',
	],
];

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

	test('js-tiktoken and the tokenizer library agree on any text, control names aside', () => {
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
		JSON.stringify({ ...good, model: { ...good['model'], ...model } });
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
			...Object.entries(good['model']!['vocab'] as Record<string, number>).filter(([, id]) => id < 256),
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
