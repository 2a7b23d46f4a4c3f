import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inspectModelFolder, resolveModelFolder } from '../../../src/models';
import { copyModel, writeExternalGraph } from '../../helpers/modelFolders';
import { modelFolder, tinyModels } from '../../helpers/references';

let folder: string;
let release: () => void;
beforeEach(() => {
	const copy = copyModel();
	folder = copy.folder;
	release = () => copy.dispose();
});
afterEach(() => release());

const config = (): string => join(folder, 'config.json');
const graph = (): string => join(folder, 'onnx', 'model.onnx');

describe('a good folder', () => {
	test.each(tinyModels)('%s is described', async name => {
		const found = await inspectModelFolder(modelFolder(name));
		expect(found).toMatchObject({
			id: name,
			variant: 'full',
			graphs: { main: join(modelFolder(name), 'onnx', 'model.onnx') },
			config: {
				modelType: 'llama',
				layers: 2,
				attentionHeads: 4,
				keyValueHeads: 2,
				headSize: 16,
				vocabularySize: 1024,
				contextTokens: 512,
			},
		});
	});

	test('takes the variant that suits the device', async () => {
		for (const name of ['model_q4.onnx', 'model_int8.onnx', 'model_q4f16.onnx'])
			linkSync(graph(), join(folder, 'onnx', name));
		expect((await inspectModelFolder(folder)).variant).toBe('int8');
		expect((await inspectModelFolder(folder, 'gpu')).variant).toBe('q4f16');
	});

	test('may spell its numbers as GPT-2 does', async () => {
		writeFileSync(
			config(),
			JSON.stringify({ model_type: 'gpt2', n_layer: 12, n_head: 12, n_embd: 768, n_ctx: 1024, vocab_size: 50257 }),
		);
		expect((await inspectModelFolder(folder)).config).toEqual({
			family: 'decoder-only',
			modelType: 'gpt2',
			layers: 12,
			attentionHeads: 12,
			keyValueHeads: 12,
			headSize: 64,
			vocabularySize: 50257,
			contextTokens: 1024,
		});
	});

	test('may keep weights in a file beside the graph', async () => {
		writeExternalGraph(graph(), 'model.onnx_data');
		writeFileSync(join(folder, 'onnx', 'model.onnx_data'), 'abcd');
		await inspectModelFolder(folder);
	});
});

describe('a damaged folder is refused with the file and the next step', () => {
	const cases: readonly (readonly [string, string, () => void])[] = [
		['no folder', 'modelMissing', () => rmSync(folder, { recursive: true })],
		[
			'a file instead of a folder',
			'badModel',
			() => {
				rmSync(folder, { recursive: true });
				writeFileSync(folder, '');
			},
		],
		['no config.json', 'badModel', () => rmSync(config())],
		['an empty config.json', 'badModel', () => writeFileSync(config(), '')],
		['a web page for config.json', 'badModel', () => writeFileSync(config(), '<!doctype html><title>404</title>')],
		['half a config.json', 'badModel', () => truncateSync(config(), 40)],
		['a list for config.json', 'badModel', () => writeFileSync(config(), '[]')],
		['text where a number belongs', 'badModel', () => writeFileSync(config(), '{"num_hidden_layers":"two"}')],
		['a negative number of layers', 'badModel', () => writeFileSync(config(), '{"num_hidden_layers":-1}')],
		[
			'a config.json without layers',
			'badModel',
			() => writeFileSync(config(), '{"vocab_size":5,"hidden_size":8,"num_attention_heads":2}'),
		],
		[
			'a folder for config.json',
			'badModel',
			() => {
				rmSync(config());
				mkdirSync(config());
			},
		],
		[
			'an encoder-decoder without its graphs',
			'badModel',
			() => writeFileSync(config(), '{"model_type":"t5","is_encoder_decoder":true,"vocab_size":9}'),
		],
		[
			'an encoder without a decoder',
			'badModel',
			() => {
				writeFileSync(config(), '{"model_type":"t5","is_encoder_decoder":true,"vocab_size":9}');
				renameSync(graph(), join(folder, 'onnx', 'encoder_model.onnx'));
			},
		],
		[
			'a decoder without an encoder',
			'badModel',
			() => {
				writeFileSync(config(), '{"model_type":"t5","is_encoder_decoder":true,"vocab_size":9}');
				renameSync(graph(), join(folder, 'onnx', 'decoder_model_merged.onnx'));
			},
		],
		[
			'an encoder and a decoder of different variants',
			'badModel',
			() => {
				writeFileSync(config(), '{"model_type":"t5","is_encoder_decoder":true,"vocab_size":9}');
				linkSync(graph(), join(folder, 'onnx', 'encoder_model_int8.onnx'));
				renameSync(graph(), join(folder, 'onnx', 'decoder_model_merged.onnx'));
			},
		],
		['a Mamba', 'unsupportedModel', () => writeFileSync(config(), '{"model_type":"mamba2"}')],
		['an RWKV', 'unsupportedModel', () => writeFileSync(config(), '{"model_type":"rwkv"}')],
		['a model of sound', 'unsupportedModel', () => writeFileSync(config(), '{"model_type":"whisper"}')],
		['an encoder only', 'unsupportedModel', () => writeFileSync(config(), '{"model_type":"bert"}')],
		[
			'a classifier',
			'unsupportedModel',
			() => writeFileSync(config(), '{"model_type":"bart","architectures":["BartForSequenceClassification"]}'),
		],
		[
			'separate encoder and decoder graphs of what is no encoder-decoder',
			'unsupportedModel',
			() => renameSync(graph(), join(folder, 'onnx', 'decoder_model.onnx')),
		],
		['no onnx folder', 'badModel', () => rmSync(join(folder, 'onnx'), { recursive: true })],
		['no graph', 'badModel', () => rmSync(graph())],
		['an empty graph', 'badModel', () => writeFileSync(graph(), '')],
		['a web page for the graph', 'badModel', () => writeFileSync(graph(), '<html>Not found</html>')],
		[
			'a text pointer for the graph',
			'badModel',
			() => writeFileSync(graph(), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n'),
		],
		['half a graph', 'badModel', () => truncateSync(graph(), 300_000)],
		[
			'a link for the graph that leaves the folder',
			'badModel',
			() => {
				renameSync(graph(), join(folder, '..', 'elsewhere.onnx'));
				symlinkSync(join(folder, '..', 'elsewhere.onnx'), graph());
			},
		],
		[
			'a link for config.json that leaves the folder',
			'badModel',
			() => {
				rmSync(config());
				symlinkSync('/etc/hostname', config());
			},
		],
		[
			'a pipe for tokenizer.json',
			'badModel',
			() => {
				rmSync(join(folder, 'tokenizer.json'));
				execFileSync('mkfifo', [join(folder, 'tokenizer.json')]);
			},
		],
		[
			'a pipe for the graph',
			'badModel',
			() => {
				rmSync(graph());
				execFileSync('mkfifo', [graph()]);
			},
		],
		['weights above the folder', 'badModel', () => writeExternalGraph(graph(), '../../secret')],
		['weights at an absolute path', 'badModel', () => writeExternalGraph(graph(), '/etc/passwd')],
		['weights on a drive', 'badModel', () => writeExternalGraph(graph(), 'C:secret')],
		['weights behind a backslash', 'badModel', () => writeExternalGraph(graph(), '..\\secret')],
		['weights without a name', 'badModel', () => writeExternalGraph(graph(), '')],
		['weights that are missing', 'badModel', () => writeExternalGraph(graph(), 'weights.bin')],
		[
			'weights that are too short',
			'badModel',
			() => {
				writeExternalGraph(graph(), 'weights.bin', 1e12);
				writeFileSync(join(folder, 'onnx', 'weights.bin'), 'abc');
			},
		],
		[
			'weights behind a link',
			'badModel',
			() => {
				writeExternalGraph(graph(), 'weights.bin');
				symlinkSync('/etc/passwd', join(folder, 'onnx', 'weights.bin'));
			},
		],
		[
			'weights in a pipe',
			'badModel',
			() => {
				writeExternalGraph(graph(), 'weights.bin');
				execFileSync('mkfifo', [join(folder, 'onnx', 'weights.bin')]);
			},
		],
	];

	test.each(cases)('%s', async (_, code, damage) => {
		damage();
		const error = (await inspectModelFolder(folder).then(
			() => undefined,
			(reason: unknown) => reason,
		)) as { code?: string; message?: string } | undefined;
		expect(error).toMatchObject({ code });
		expect(error?.message).toContain(folder);
		expect(error?.message).toMatch(/Choose|Download|Copy/);
	});
});

describe('a model setting', () => {
	test('is the name of a built-in model or an absolute folder', () => {
		expect(resolveModelFolder('inkling-code', '/extension/models')).toBe(join('/extension/models', 'inkling-code'));
		expect(resolveModelFolder(' /home/me/model ', '/extension/models')).toBe('/home/me/model');
	});

	test.each(['../secret', 'a/b', '.', '..', 'models\\a'])('is refused when it is %j', setting => {
		expect(() => resolveModelFolder(setting, '/extension/models')).toThrow(
			expect.objectContaining({ code: 'badRequest' }) as Error,
		);
	});

	test('asks to choose a model when it is empty', () => {
		expect(() => resolveModelFolder('', '/models')).toThrow(expect.objectContaining({ code: 'modelMissing' }) as Error);
	});
});
