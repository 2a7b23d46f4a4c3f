import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ChatMessage, type FillPrompt } from '../../../src/generation';
import {
	describeModel,
	PromptBuilder,
	renderMessages,
	renderTemplate,
	TokenHealer,
} from '../../../src/engine/promptFormat';
import { loadTokenizer, type ModelFiles, type Tokenizer } from '../../../src/engine/tokenizer';
import { fixtures, tinyModelFiles } from '../../helpers/modelFiles';

interface TemplateVector {
	readonly name: string;
	readonly chat_template: string;
	readonly data: Readonly<Record<string, unknown>> & {
		readonly messages: readonly { readonly role: string; readonly content?: unknown }[];
	};
	readonly target: string;
}

const vectors = JSON.parse(
	readFileSync(join(fixtures, 'chat-templates', 'vectors.json'), 'utf8'),
) as readonly TemplateVector[];
const chatml =
	"{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

function model(files: ModelFiles = tinyModelFiles()): {
	readonly tokenizer: Tokenizer;
	readonly builder: PromptBuilder;
} {
	const tokenizer = loadTokenizer(files);
	return { tokenizer, builder: new PromptBuilder(describeModel(files, tokenizer), tokenizer) };
}

/** Beside those that the tiny model has. */
const qwenTokens = ['<|fim_pad|>', '<|repo_name|>', '<|im_start|>', '<|im_end|>'];

/** The tiny model with further control tokens and without formats of its own. */
function filesWithTokens(names: readonly string[]): ModelFiles {
	const files = tinyModelFiles();
	const tokenizer = JSON.parse(files.tokenizer!) as { readonly added_tokens: readonly { readonly id: number }[] };
	const [first] = tokenizer.added_tokens;
	const next = Math.max(...tokenizer.added_tokens.map(({ id }) => id)) + 1;
	const added = names.map((content, index) => ({ ...first, id: next + index, content }));
	return {
		...files,
		config: '{"max_position_embeddings":512}',
		tokenizer: JSON.stringify({ ...tokenizer, added_tokens: [...tokenizer.added_tokens, ...added] }),
	};
}

/** The tiny model with a chat template and without formats of its own. */
function chatFiles(template: string): ModelFiles {
	return { ...tinyModelFiles(), config: '{"max_position_embeddings":512}', chatTemplate: template };
}

const fill = (prefix: string, suffix = ''): FillPrompt => ({
	kind: 'fill',
	prefix,
	suffix,
	extension: 'ts',
	snippets: [],
});
const chat = (template: string) => ({ template, file: 'chat_template.jinja', tokens: {} });

describe('chat templates of real models', () => {
	// SmolLM3's template writes the day; its expected text was made on this one.
	beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date(2025, 6, 10) }));
	afterAll(() => void vi.useRealTimers());

	test.each(vectors.map(vector => [vector.name, vector] as const))(
		'%s',
		(_, { chat_template: template, data, target }) => {
			expect(renderTemplate(chat(template), data)).toBe(target);
		},
	);

	test('text stays apart from the template and trimming is kept', () => {
		const messages: readonly ChatMessage[] = [{ role: 'user', text: '  <|im_end|> hi \n' }];
		const trimming = "{% for m in messages %}<|im_start|>{{ m['content'] | trim }}<|im_end|>{% endfor %}";
		expect(renderMessages(chat(trimming), messages)).toEqual([
			{ template: '<|im_start|>' },
			{ text: '<|im_end|> hi' },
			{ template: '<|im_end|>' },
		]);
		expect(renderMessages(chat(chatml), messages)[1]).toEqual({ text: '  <|im_end|> hi \n' });
	});

	test('a system message moves into the first turn where the template knows none', () => {
		const template =
			"{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}[{{ m['content'] }}]{% endfor %}";
		const parts = renderMessages(chat(template), [
			{ role: 'system', text: 'Be brief.' },
			{ role: 'user', text: 'Hi' },
		]);
		expect(parts).toContainEqual({ text: 'Be brief.\n\nHi' });
	});

	test.each([
		['leaves out a message', "{{ messages[0]['role'] }}", 'unsupportedTask'],
		['refuses', "{{ raise_exception('no') }}", 'unsupportedTask'],
		['has a mistake', '{% for %}', 'badModel'],
		['writes without bound', "{% for i in range(60000) %}{{ messages[0]['content'] }}{% endfor %}", 'badModel'],
	])('a template that %s is a coded error', (_, template, code) => {
		expect(() => renderMessages(chat(template), [{ role: 'user', text: 'Hi' }])).toThrow(
			expect.objectContaining({ code }),
		);
	});
});

describe('our own format', () => {
	test('puts the suffix first and the prefix last', () => {
		const { tokenizer, builder } = model();
		const id = (name: string): number => tokenizer.token(name)!;
		expect(builder.build(fill('let x = ', ';\n'), 400).ids).toEqual([
			id('<|file_sep|>'),
			...tokenizer.encode('ts\n'),
			id('<|fim_suffix|>'),
			...tokenizer.encode(';\n'),
			id('<|fim_prefix|>'),
			...tokenizer.encode('let x = '),
		]);
	});

	test.each([
		['in our own format', tinyModelFiles()],
		['in that of Qwen2.5-Coder', filesWithTokens(qwenTokens)],
	])('typing changes only the last few ids, also when the text is cut: %s', (_, files) => {
		const { builder } = model(files);
		const code = 'function add(left: number, right: number) {\n\treturn left + right;\n}\n\n'.repeat(40);
		const suffix = '\n\nexport const sum = add(1, 2);\n'.repeat(20);
		let moved = 0;
		let before = builder.build(fill(code, suffix), 256).ids;
		const typed = 'const total = [1, 2, 3].reduce((sum, value) => sum + value, 0);';
		for (let length = 1; length <= typed.length; length++) {
			const { ids } = builder.build(fill(code + typed.slice(0, length), suffix), 256);
			expect(ids.length).toBeLessThanOrEqual(256);
			const same = ids.findIndex((id, index) => id !== before[index]);
			if (same >= 0 && same < Math.min(ids.length, before.length) - 6) moved++;
			before = ids;
		}
		expect(moved).toBeLessThanOrEqual(2);
	});

	test('over budget keeps what is near the cursor and says how much was cut', () => {
		const { tokenizer, builder } = model();
		const lines = Array.from({ length: 300 }, (_, index) => `const line${index} = ${index};\n`).join('');
		const { ids, cutTokens } = builder.build(fill(`${lines}near`, `close\n${lines}`), 200);
		const text = tokenizer.decode(ids);
		expect(ids.length).toBeLessThanOrEqual(200);
		expect(cutTokens).toBeGreaterThan(1000);
		expect(text).toMatch(/^ts\nclose\n/);
		expect(text.endsWith('const line299 = 299;\nnear')).toBe(true);
	});

	test('a trained task uses its own format, any other is refused without a chat template', () => {
		const { tokenizer, builder } = model();
		const task = {
			kind: 'task' as const,
			task: 'translate',
			text: 'Open <|answer|> file',
			values: { language: 'zh-CN' },
			messages: [],
		};
		expect(builder.build(task, 400).ids).toEqual([
			tokenizer.token('<|to_zh|>'),
			...tokenizer.encode(task.text),
			tokenizer.token('<|answer|>'),
		]);
		expect(() => builder.build({ ...task, values: { language: 'de' } }, 400)).toThrow(
			expect.objectContaining({ code: 'unsupportedTask' }),
		);
	});

	test('continues from the left-cut text and refuses a task that is too long with both numbers', () => {
		const { tokenizer, builder } = model();
		const built = builder.build({ kind: 'continue', text: 'word '.repeat(500), extension: 'md' }, 100);
		expect(built.ids.length).toBeLessThanOrEqual(100);
		expect(built.cutTokens).toBeGreaterThan(0);
		const text = 'word '.repeat(500);
		const tokens = tokenizer.encode(text).length + 2;
		expect(() =>
			builder.build({ kind: 'task', task: 'translate', text, values: { language: 'zh' }, messages: [] }, 100),
		).toThrow(
			expect.objectContaining({
				code: 'promptTooLong',
				message: expect.stringMatching(new RegExp(`${tokens} .*100 `)) as string,
			}),
		);
	});

	test('snippets stand as comments before the code', () => {
		const { tokenizer, builder } = model();
		const snippets = [{ path: 'src/math.ts', text: 'export const one = 1;\n' }];
		const text = tokenizer.decode(builder.build({ ...fill('one'), snippets }, 400).ids);
		expect(text).toBe('ts\n// Path: src/math.ts\n// export const one = 1;\none');
	});

	test.each([
		['a token that is none', { fill: { prompt: [{ token: 'let' }, { text: '{prefix}' }] } }],
		['no prefix', { fill: { prompt: [{ text: '{suffix}' }] } }],
		['an unknown role', { roles: ['root'] }],
		['a context that is no number', { contextTokens: '1024' }],
		['a task without a prompt', { tasks: [{ task: 'x', unit: 'line' }] }],
		['a confidence that lacks a kind of text', { minimumConfidence: { code: 0.2, prose: 0.2 } }],
		['a confidence above 1', { minimumConfidence: { code: 2, prose: 0.2, denseProse: 0.2 } }],
	])('config.json with %s is refused by name', (_, inkling) => {
		expect(() => model({ ...tinyModelFiles(), config: JSON.stringify({ inkling }) })).toThrow(
			expect.objectContaining({ code: 'badModel', message: expect.stringContaining('config.json') as string }),
		);
	});
});

test("what a model's own files ask of its completions is part of what is known about it", () => {
	const minimumConfidence = { code: 0.2, prose: 0.3, denseProse: 0.1 };
	const files = { ...tinyModelFiles(), config: JSON.stringify({ inkling: { minimumConfidence } }) };
	expect(describeModel(files, loadTokenizer(files))).toMatchObject({ minimumConfidence });
});

describe('models of others', () => {
	test('the fill format is recognised by the control tokens', () => {
		const files = { ...tinyModelFiles(), config: '{"max_position_embeddings":512}' };
		const tokenizer = loadTokenizer(files);
		const description = describeModel(files, tokenizer);
		expect(description).toMatchObject({ roles: ['fill'], contextTokens: 512 });
		const ids = new PromptBuilder(description, tokenizer).build(fill('a', 'b'), 100).ids;
		expect(ids).toEqual(
			['<|fim_prefix|>', 'a', '<|fim_suffix|>', 'b', '<|fim_middle|>'].flatMap(part => tokenizer.encodeTrusted(part)),
		);
	});

	test('Qwen2.5-Coder is told by its repository tokens, and has the suffix first and stops that no file of its folder names', () => {
		const { tokenizer, builder } = model(filesWithTokens(qwenTokens));
		const id = (name: string): number => tokenizer.token(name)!;
		const { ids, stopIds, healing } = builder.build(fill('let x = a', ';\n'), 400);
		expect(ids).toEqual([
			id('<|fim_prefix|>'),
			id('<|fim_suffix|>'),
			...tokenizer.encode(';\n'),
			id('<|fim_middle|>'),
			...tokenizer.encode('let x = a'),
		]);
		// The prompt ends in the user's own text, so that a half-written word can be healed.
		expect(healing?.keepIds).toBe(ids.length - 1);
		for (const name of [
			...qwenTokens,
			'<|endoftext|>',
			'<|file_sep|>',
			'<|fim_prefix|>',
			'<|fim_suffix|>',
			'<|fim_middle|>',
		])
			expect(stopIds, name).toContain(id(name));
	});

	test.each([
		['nothing', {}, undefined],
		[
			'beams',
			{ num_beams: 4, early_stopping: true, length_penalty: 0.6, no_repeat_ngram_size: 3 },
			{
				temperature: 0,
				noRepeatNgramSize: 3,
				beams: { count: 4, lengthPenalty: 0.6, earlyStopping: true },
			},
		],
		['more beams than a folder may ask for', { num_beams: 1000 }, { temperature: 0, beams: { count: 8 } }],
		['chance', { do_sample: true, temperature: 0.7, top_k: 20, top_p: 0.8 }, { temperature: 0.7, topK: 20, topP: 0.8 }],
		['temperatures without chance', { do_sample: false, temperature: 0.7 }, { temperature: 0 }],
		['nonsense', { num_beams: '4', repetition_penalty: -1, no_repeat_ngram_size: 0.5 }, { temperature: 0 }],
		[
			'nonsense beside beams',
			{ num_beams: 2, length_penalty: 'x', early_stopping: 7 },
			{
				temperature: 0,
				beams: { count: 2 },
			},
		],
	])('generation_config.json that says %s', (_, generation, expected) => {
		const files = { ...tinyModelFiles(), generationConfig: JSON.stringify(generation) };
		expect(describeModel(files, loadTokenizer(files)).taskSampling).toEqual(expected);
	});

	test('chat text never becomes a control token', () => {
		const { tokenizer, builder } = model(
			chatFiles(chatml.replaceAll('<|im_start|>', '<|file_sep|>').replaceAll('<|im_end|>', '<|endoftext|>')),
		);
		const { ids } = builder.build(
			{ kind: 'chat', messages: [{ role: 'user', text: 'a<|endoftext|>b<|file_sep|>' }] },
			400,
		);
		expect(ids.filter(id => tokenizer.isControl(id))).toEqual(
			['<|file_sep|>', '<|endoftext|>', '<|file_sep|>'].map(name => tokenizer.token(name)),
		);
	});
});

describe('token healing', () => {
	test('after `con` lets the model choose one longer token and delivers only the rest', () => {
		const { tokenizer, builder } = model();
		const long = Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.bytesOf?.(id)).findIndex(
			bytes => bytes !== undefined && bytes.length > 4 && /^[a-z]+$/.test(Buffer.from(bytes).toString('latin1')),
		);
		const start = tokenizer.decode([long]).slice(0, -1);
		const built = builder.build({ kind: 'continue', text: `\n${start}`, extension: 'ts' }, 100);
		expect(built.healing).toBeDefined();
		const healer = new TokenHealer(builder.vocabulary, built.healing!.bytes);
		const allowed = healer.allowed()!;
		const backed = Buffer.from(built.healing!.bytes).toString('latin1');
		for (const text of allowed.map(id => tokenizer.decode([id])))
			expect(text.startsWith(backed) || backed.startsWith(text)).toBe(true);
		healer.accept(built.healing!.bytes.length);
		expect(healer.allowed()).toBeUndefined();
	});

	test.each(['const x = ', 'const x =', 'call(', 'if (a) {\n\t\t'])('is offered after %j', text => {
		const { tokenizer, builder } = model();
		const { ids, healing } = builder.build(fill(text), 100);
		expect(healing?.keepIds).toBe(ids.length - 1);
		const longer = builder.vocabulary.startingWith(healing!.bytes).map(id => tokenizer.decode([id]));
		expect(longer.length).toBeGreaterThan(1);
		for (const token of longer) expect(token.startsWith(tokenizer.decode(ids.slice(-1)))).toBe(true);
	});

	test('is not offered where a line or the document begins', () => {
		for (const text of ['const x = 1;\n', '']) expect(model().builder.build(fill(text), 100).healing).toBeUndefined();
	});
});
