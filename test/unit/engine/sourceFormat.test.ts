import { expect, test } from 'vitest';
import { describeModel, PromptBuilder, type ModelDescription } from '../../../src/engine/promptFormat';
import { loadTokenizer, type Tokenizer } from '../../../src/engine/tokenizer';
import { type TaskPrompt } from '../../../src/generation';
import { t5Files } from '../../helpers/modelFiles';

const t5Config = {
	model_type: 't5',
	is_encoder_decoder: true,
	decoder_start_token_id: 0,
	eos_token_id: 1,
	n_positions: 512,
	task_specific_params: {
		summarization: { prefix: 'summarize: ', num_beams: 4 },
		translation_en_to_de: { prefix: 'translate English to German: ' },
		translation_en_to_fr: { prefix: 'translate English to French: ' },
	},
};

function describe(config: object, tokenizerConfig?: object): { model: ModelDescription; tokenizer: Tokenizer } {
	const files = {
		...t5Files(),
		config: JSON.stringify(config),
		...(tokenizerConfig && { tokenizerConfig: JSON.stringify(tokenizerConfig) }),
	};
	const tokenizer = loadTokenizer(files);
	return { model: describeModel(files, tokenizer), tokenizer };
}

const task = (name: string, text: string, language?: string): TaskPrompt => ({
	kind: 'task',
	task: name,
	text,
	values: language === undefined ? {} : { language },
	messages: [],
});

test('the prefixes of T5 are tasks, and nothing else is promised', () => {
	const { model } = describe(t5Config);
	expect(model.roles).toEqual(['task']);
	expect(model.tasks).toEqual([
		{ task: 'summarize', unit: 'document' },
		{ task: 'translate', to: 'de', unit: 'line' },
		{ task: 'translate', to: 'fr', unit: 'line' },
	]);
	expect(model.decoderStart).toEqual([0]);
});

test('a task becomes its prefix, the text and the end that the encoder expects', () => {
	const { model, tokenizer } = describe(t5Config);
	const builder = new PromptBuilder(model, tokenizer);
	const { ids } = builder.build(task('translate', 'That is good.', 'de'), 512);
	expect(ids).toEqual([...tokenizer.encode('translate English to German: That is good.'), 1]);
	expect(builder.build(task('summarize', 'A text.'), 512).ids.at(-1)).toBe(1);
});

test('a language without a prefix, dialogue and writing on are refused', () => {
	const { model, tokenizer } = describe(t5Config);
	const builder = new PromptBuilder(model, tokenizer);
	const refused: unknown = expect.objectContaining({ code: 'unsupportedTask' });
	expect(() => builder.build(task('translate', 'Hello', 'ja'), 512)).toThrow(refused);
	expect(() => builder.build({ kind: 'chat', messages: [{ role: 'user', text: 'Hello' }] }, 512)).toThrow(refused);
	expect(() => builder.build({ kind: 'continue', text: 'Hello', extension: '' }, 512)).toThrow(refused);
});

test('a text that is too long for the encoder is refused', () => {
	const { model, tokenizer } = describe(t5Config);
	const builder = new PromptBuilder(model, tokenizer);
	expect(() => builder.build(task('summarize', 'word '.repeat(600)), 512)).toThrow(
		expect.objectContaining({ code: 'promptTooLong' }),
	);
});

test('Marian translates into the language of its files and never writes its padding', () => {
	const marian = {
		model_type: 'marian',
		is_encoder_decoder: true,
		decoder_start_token_id: 7,
		bad_words_ids: [[7], [3, 4]],
	};
	expect(describe(marian, { target_lang: 'zho' }).model).toMatchObject({
		tasks: [{ task: 'translate', to: 'zh', unit: 'line' }],
		decoderStart: [7],
		bannedIds: [7],
	});
	expect(describe({ ...marian, _name_or_path: 'Helsinki-NLP/opus-mt-en-de' }, {}).model.tasks).toEqual([
		{ task: 'translate', to: 'de', unit: 'line' },
	]);
});

test('the first token that BART forces follows the start', () => {
	const bart = { model_type: 'bart', is_encoder_decoder: true, decoder_start_token_id: 2, forced_bos_token_id: 0 };
	expect(describe(bart).model.decoderStart).toEqual([2, 0]);
});

test('an encoder-decoder without a start is refused', () => {
	expect(() => describe({ model_type: 't5', is_encoder_decoder: true })).toThrow(
		expect.objectContaining({ code: 'badModel' }),
	);
});
