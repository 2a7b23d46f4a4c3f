import { execFileSync } from 'node:child_process';
import {
	copyFileSync,
	linkSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { GenerationError } from '../../src/generation';
import { collect, never, requestFor, startInProcess } from '../helpers/inProcessEngine';
import { cpuMs } from '../helpers/cpuTime';
import { copyModel, writeExternalGraph } from '../helpers/modelFolders';
import { modelFolder, readReferences } from '../helpers/references';

type Damage = (folder: string) => void;

const at = (folder: string, ...path: readonly string[]): string => join(folder, ...path);
const graph = (folder: string): string => at(folder, 'onnx', 'model.onnx');
const write =
	(name: string, content: string | Buffer): Damage =>
	folder =>
		writeFileSync(at(folder, ...name.split('/')), content);
const remove =
	(name: string): Damage =>
	folder =>
		rmSync(at(folder, ...name.split('/')), { recursive: true });
const cut =
	(name: string, bytes: number): Damage =>
	folder =>
		truncateSync(at(folder, ...name.split('/')), bytes);
const folderInstead =
	(name: string): Damage =>
	folder => {
		remove(name)(folder);
		mkdirSync(at(folder, ...name.split('/')));
	};
const pipeInstead =
	(name: string): Damage =>
	folder => {
		remove(name)(folder);
		execFileSync('mkfifo', [at(folder, ...name.split('/'))]);
	};
const linkInstead =
	(name: string): Damage =>
	folder => {
		const file = at(folder, ...name.split('/'));
		renameSync(file, at(folder, '..', 'elsewhere'));
		symlinkSync(at(folder, '..', 'elsewhere'), file);
	};
const inJson =
	(name: string, changes: Readonly<Record<string, unknown>>): Damage =>
	folder => {
		const value = JSON.parse(readFileSync(at(folder, name), 'utf8')) as Record<string, unknown>;
		writeFileSync(at(folder, name), JSON.stringify({ ...value, ...changes }));
	};
/** Replaces some bytes of the graph by others of the same length. */
const inGraph =
	(from: string, to: string): Damage =>
	folder => {
		expect(to).toHaveLength(from.length);
		const bytes = readFileSync(graph(folder), 'latin1');
		expect(bytes).toContain(from);
		writeFileSync(graph(folder), bytes.replaceAll(from, to), 'latin1');
	};
const external =
	(location: string, length?: number, make?: (weights: string) => void): Damage =>
	folder => {
		writeExternalGraph(graph(folder), location, length);
		make?.(at(folder, 'onnx', location));
	};

const nested = (depth: number): Buffer => {
	let inner = Buffer.alloc(0);
	for (let index = 0; index < depth; index++) {
		const length: number[] = [];
		for (let rest = inner.length; ; rest = Math.floor(rest / 128)) {
			length.push(rest < 128 ? rest : (rest % 128) + 128);
			if (rest < 128) break;
		}
		// attribute.g of node.attribute of graph.node, again and again.
		inner = Buffer.concat([Buffer.from([index % 3 === 0 ? 0x32 : index % 3 === 1 ? 0x2a : 0x0a, ...length]), inner]);
	}
	return inner;
};

const page = '<!doctype html><title>404</title>';
const folders: readonly (readonly [string, Damage])[] = [
	['no config.json', remove('config.json')],
	['an empty config.json', write('config.json', '')],
	['a web page for config.json', write('config.json', page)],
	['half a config.json', cut('config.json', 60)],
	['a list for config.json', write('config.json', '[]')],
	['null for config.json', write('config.json', 'null')],
	['NUL bytes for config.json', write('config.json', Buffer.alloc(500))],
	['a folder for config.json', folderInstead('config.json')],
	['a pipe for config.json', pipeInstead('config.json')],
	['a link for config.json', linkInstead('config.json')],
	['a config.json of 5 MB', write('config.json', ' '.repeat(5_000_000))],
	['a config.json nested 100,000 deep', write('config.json', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
	['a negative number of layers', inJson('config.json', { num_hidden_layers: -2 })],
	['a million layers', inJson('config.json', { num_hidden_layers: 1e6 })],
	['layers in words', inJson('config.json', { num_hidden_layers: 'two' })],
	['no heads', inJson('config.json', { num_attention_heads: 0 })],
	['no vocabulary', inJson('config.json', { vocab_size: null })],
	['a vocabulary without end', inJson('config.json', { vocab_size: 1e12 })],
	['a vocabulary smaller than the tokenizer', inJson('config.json', { vocab_size: 100 })],
	['a model of sound', inJson('config.json', { model_type: 'whisper' })],
	['a Mamba', inJson('config.json', { model_type: 'mamba2' })],
	['a BERT', inJson('config.json', { model_type: 'bert' })],
	['a classifier', inJson('config.json', { architectures: ['LlamaForSequenceClassification'] })],
	['an encoder-decoder without its graphs', inJson('config.json', { is_encoder_decoder: true })],
	['roles nobody knows', inJson('config.json', { inkling: { roles: ['admin'] } })],
	[
		'a fill prompt of tokens nobody knows',
		inJson('config.json', { inkling: { fill: { prompt: [{ token: '<|root|>' }, { text: '{prefix}' }] } } }),
	],
	['half a generation_config.json', write('generation_config.json', '{"eos_token_id":')],
	['a pipe for generation_config.json', pipeInstead('generation_config.json')],
	['no tokenizer', remove('tokenizer.json')],
	['an empty tokenizer.json', write('tokenizer.json', '')],
	['a web page for tokenizer.json', write('tokenizer.json', page)],
	['half a tokenizer.json', cut('tokenizer.json', 5000)],
	['a list for tokenizer.json', write('tokenizer.json', '[]')],
	['a tokenizer without a vocabulary', write('tokenizer.json', '{"model":{"type":"BPE","vocab":{},"merges":[]}}')],
	[
		'a tokenizer with an enormous id',
		write('tokenizer.json', '{"model":{"type":"BPE","vocab":{"a":0,"b":1099511627776},"merges":[]}}'),
	],
	['an unknown kind of tokenizer', write('tokenizer.json', '{"model":{"type":"Magic","vocab":{"a":0}}}')],
	['a pipe for tokenizer.json', pipeInstead('tokenizer.json')],
	['a link for tokenizer.json', linkInstead('tokenizer.json')],
	['half a tokenizer_config.json', write('tokenizer_config.json', '{"bos')],
	['a number for a chat template', inJson('tokenizer_config.json', { chat_template: 7 })],
	['no onnx folder', remove('onnx')],
	['no graph', remove('onnx/model.onnx')],
	['an empty graph', write('onnx/model.onnx', '')],
	['a web page for the graph', write('onnx/model.onnx', page)],
	[
		'a text pointer for the graph',
		write('onnx/model.onnx', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n'),
	],
	['1 KB of the graph', cut('onnx/model.onnx', 1000)],
	['half a graph', cut('onnx/model.onnx', 300_000)],
	[
		'noise for the graph',
		write('onnx/model.onnx', Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251))),
	],
	['a graph that is one endless number', write('onnx/model.onnx', Buffer.alloc(5000, 0xff))],
	[
		'a graph nested 3,000 deep',
		write('onnx/model.onnx', Buffer.concat([Buffer.from([0x3a]), nested(3000).subarray(1)])),
	],
	['a pipe for the graph', pipeInstead('onnx/model.onnx')],
	['a link for the graph', linkInstead('onnx/model.onnx')],
	['a folder for the graph', folderInstead('onnx/model.onnx')],
	['a graph with an operator nobody knows', inGraph('GroupQueryAttention', 'GroupQueryAttentiom')],
	['a graph with operators of a stranger', inGraph('com.microsoft', 'com.mallorysf')],
	['a graph without input_ids', inGraph('input_ids', 'input_idx')],
	['a graph with an input nobody knows', inGraph('attention_mask', 'attention_nest')],
	['a graph without cache inputs', inGraph('past_key_values', 'lost_key_values')],
	['a graph without cache outputs', inGraph('present.', 'absent!.')],
	['a graph without logits', inGraph('logits', 'digits')],
	[
		'the graph of another family',
		folder => copyFileSync(join(modelFolder('tiny-bart'), 'onnx', 'decoder_model.onnx'), graph(folder)),
	],
	[
		'an encoder in the place of the graph',
		folder => copyFileSync(join(modelFolder('tiny-t5'), 'onnx', 'encoder_model.onnx'), graph(folder)),
	],
	['a graph without operators', external('weights.bin', 4, weights => writeFileSync(weights, 'abcd'))],
];

/** S11: weights outside the folder, or that are no ordinary file. */
const attacks: readonly (readonly [string, Damage])[] = [
	['above the folder', external('../../secret')],
	['at an absolute path', external('/etc/passwd')],
	['on a drive', external('C:secret')],
	['behind a backslash', external('..\\secret')],
	['in a folder beside', external('other/weights.bin')],
	['without a name', external('')],
	['in the folder itself', external('.')],
	['that are missing', external('weights.bin')],
	['behind a link', external('weights.bin', 4, weights => symlinkSync('/etc/passwd', weights))],
	[
		'in a hard link',
		external('weights.bin', 4, weights => linkSync(join(weights, '..', '..', 'tokenizer.json'), weights)),
	],
	['in a pipe', external('weights.bin', 4, weights => execFileSync('mkfifo', [weights]))],
	['in a folder of that name', external('weights.bin', 4, weights => mkdirSync(weights))],
	[
		'in an empty file of 1 TB',
		external('weights.bin', 1e12, weights => execFileSync('truncate', ['-s', '1000000000000', weights])),
	],
	['that are too short', external('weights.bin', 1e12, weights => writeFileSync(weights, 'abc'))],
	['behind a name of 5,000 letters', external('w'.repeat(5000))],
];

async function expectRefusal(damage: Damage): Promise<void> {
	const copy = copyModel();
	damage(copy.folder);
	const before = cpuMs();
	const error = await startInProcess(copy.folder).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	expect(cpuMs() - before).toBeLessThan(5000);
	copy.dispose();
	expect(error).toBeInstanceOf(GenerationError);
	const { code, message } = error as GenerationError;
	expect(code).toMatch(/^(badModel|unsupportedModel|modelMissing)$/);
	expect(message).toMatch(/\.(json|onnx)|onnx/);
	expect(message).toMatch(/choose|download|copy/i);
}

describe('R13: a folder that is no model is one coded error with the file, the reason and the next step', () => {
	test.each(folders)('%s', (_, damage) => expectRefusal(damage));
});

describe('S11: weights are never read from elsewhere:', () => {
	test.each(attacks)('%s', (_, damage) => expectRefusal(damage));
});

afterAll(async () => {
	const good = await startInProcess('tiny-gqa');
	const { promptIds, continuationIds } = readReferences('tiny-gqa')[0]!;
	const { done } = await collect(good.client.generate(requestFor(promptIds, { maxTokens: 4 }), never));
	good.dispose();
	expect(done.tokenIds, 'after all of them the good model loads').toEqual(continuationIds.slice(0, 4));
});
