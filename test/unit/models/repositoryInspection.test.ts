import { afterEach, describe, expect, test } from 'vitest';
import { inspectRepository, type InspectedRepository } from '../../../src/models';
import { hubAt } from '../../helpers/downloads';
import { HubServer } from '../../helpers/hubServer';

const repository = 'someone/something';
const decoder = { model_type: 'llama', num_hidden_layers: 2, num_attention_heads: 2, hidden_size: 8, vocab_size: 9 };
const translator = { model_type: 'marian', is_encoder_decoder: true, vocab_size: 9 };

let server: HubServer | undefined;
afterEach(() => server?.stop());

/** Looks at a repository of files of these sizes in bytes. */
async function look(
	config: object | undefined,
	sizes: Readonly<Record<string, number>>,
	more: Readonly<Record<string, string>> = {},
): Promise<InspectedRepository> {
	const files = new Map(Object.entries(sizes).map(([path, size]) => [path, Buffer.alloc(size, 1)]));
	if (config) files.set('config.json', Buffer.from(JSON.stringify(config)));
	for (const [path, text] of Object.entries(more)) files.set(path, Buffer.from(text));
	server = await HubServer.start(repository, files);
	return inspectRepository(hubAt(server.address), repository, 'main', new AbortController().signal);
}

const pathsOf = ({ variants }: InspectedRepository): Record<string, string[]> =>
	Object.fromEntries(
		variants.map(({ variant, files }) => [
			variant,
			files.map(({ path }) => path).filter(path => path.startsWith('onnx/')),
		]),
	);

describe('before a download', () => {
	test('the variants are found with their weights, the smallest first', async () => {
		const found = await look(decoder, {
			'onnx/model.onnx': 100,
			'onnx/model.onnx_data': 90_000,
			'onnx/model.onnx_data_1': 50_000,
			'onnx/model_q4.onnx': 20_000,
			'onnx/model_q4f16.onnx': 100,
			'onnx/model_q4f16.onnx_data': 11_000,
			'onnx/decoder_model.onnx': 5,
			'tokenizer.json': 50,
			'model.safetensors': 500_000,
			'README.md': 10,
		});
		expect(found.variants.map(({ variant }) => variant)).toEqual(['q4f16', 'q4', 'full']);
		expect(pathsOf(found)).toEqual({
			q4f16: ['onnx/model_q4f16.onnx', 'onnx/model_q4f16.onnx_data'],
			q4: ['onnx/model_q4.onnx'],
			full: ['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_1'],
		});
		const text = found.variants[0]!.files.map(({ path }) => path).filter(path => !path.startsWith('onnx/'));
		expect(text.sort()).toEqual(['config.json', 'tokenizer.json']);
		expect(found).toMatchObject({ commit: server!.commit, licence: 'mit', chat: false, config: { layers: 2 } });
	});

	test('of an encoder-decoder a merged decoder is taken instead of two', async () => {
		const found = await look(translator, {
			'onnx/encoder_model_quantized.onnx': 50,
			'onnx/decoder_model_quantized.onnx': 60,
			'onnx/decoder_with_past_model_quantized.onnx': 57,
			'onnx/decoder_model_merged_quantized.onnx': 61,
			'onnx/encoder_model_fp16.onnx': 100,
		});
		expect(Object.keys(pathsOf(found))).toEqual(['quantized']);
		expect(pathsOf(found).quantized!.sort()).toEqual([
			'onnx/decoder_model_merged_quantized.onnx',
			'onnx/encoder_model_quantized.onnx',
		]);
	});

	test('a chat template is found in either place', async () => {
		const graph = { 'onnx/model.onnx': 9 };
		expect((await look(decoder, graph, { 'tokenizer_config.json': '{"chat_template": "x"}' })).chat).toBe(true);
		await server!.stop();
		expect((await look(decoder, graph, { 'chat_template.jinja': 'x' })).chat).toBe(true);
	});

	test.each([
		['no config.json', undefined, { 'onnx/model.onnx': 9 }, 'noModel', /no config\.json/],
		['no graphs', decoder, { 'model.safetensors': 9 }, 'noModel', /no ONNX file/],
		['graphs in another place', decoder, { 'model.onnx': 9 }, 'noModel', /only model\.onnx.*onnx\/model\*\.onnx/],
		['an encoder alone', translator, { 'onnx/encoder_model.onnx': 9 }, 'noModel', /decoder_model_merged/],
		['a model of pictures', { model_type: 'vit' }, { 'onnx/model.onnx': 9 }, 'unsupportedModel', /pictures/],
		['a config.json that is a list', [], { 'onnx/model.onnx': 9 }, 'badModel', /config\.json/],
	])('%s is refused with the reason', async (...[, config, sizes, code, reason]) => {
		await expect(look(config, sizes)).rejects.toMatchObject({ code, message: expect.stringMatching(reason) as string });
	});
});
