import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GenerationError } from '../../src/generation';
import { startInProcess } from '../helpers/inProcessEngine';
import { copyModel } from '../helpers/modelFolders';
import { modelFolder } from '../helpers/references';

type Damage = (folder: string) => void;

/** Replaces some bytes of a graph by others of the same length. */
function inGraph(file: string, from: string, to: string): Damage {
	return folder => {
		expect(to).toHaveLength(from.length);
		const path = join(folder, 'onnx', file);
		const bytes = readFileSync(path, 'latin1');
		expect(bytes).toContain(from);
		writeFileSync(path, bytes.replaceAll(from, to), 'latin1');
	};
}

const inConfig =
	(changes: Readonly<Record<string, unknown>>): Damage =>
	folder => {
		for (const name of ['config.json', 'generation_config.json']) {
			const path = join(folder, name);
			const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
			writeFileSync(path, JSON.stringify({ ...value, ...changes }));
		}
	};

const without =
	(file: string): Damage =>
	folder =>
		rmSync(join(folder, 'onnx', file));

const fromOther =
	(model: string, file: string): Damage =>
	folder =>
		copyFileSync(join(modelFolder(model), 'onnx', file), join(folder, 'onnx', file));

const cases: readonly (readonly [string, string, string, Damage])[] = [
	['a merged decoder without its encoder', 'tiny-t5', 'badModel', without('encoder_model.onnx')],
	['an encoder without its decoder', 'tiny-t5', 'badModel', without('decoder_model_merged.onnx')],
	['a first decoder without the one with a past', 'tiny-bart', 'badModel', without('decoder_with_past_model.onnx')],
	['a recurrent encoder alone', 'tiny-recurrent', 'badModel', without('decoder_model.onnx')],
	[
		'a decoder that has lost its cache inputs',
		'tiny-bart',
		'unsupportedModel',
		inGraph('decoder_with_past_model.onnx', 'past_key_values', 'lost_key_values'),
	],
	[
		'a first decoder that gives no cache',
		'tiny-bart',
		'unsupportedModel',
		inGraph('decoder_model.onnx', 'present.', 'absent!.'),
	],
	['an encoder of pictures', 'tiny-t5', 'unsupportedModel', inGraph('encoder_model.onnx', 'input_ids', 'pixel_val')],
	['another number of layers than config.json says', 'tiny-bart', 'badModel', inConfig({ decoder_layers: 7 })],
	['a vocabulary larger than its graphs', 'tiny-t5', 'badModel', inConfig({ vocab_size: 9000 })],
	['a vocabulary smaller than its tokenizer', 'tiny-recurrent', 'badModel', inConfig({ vocab_size: 100 })],
	[
		'no start for the decoder',
		'tiny-t5',
		'badModel',
		inConfig({ decoder_start_token_id: undefined, bos_token_id: undefined }),
	],
	[
		'a recurrent decoder that gives no hidden state',
		'tiny-recurrent',
		'unsupportedModel',
		inGraph('decoder_model.onnx', 'present_hidden', 'absent__hidden'),
	],
	[
		'the decoder of another family',
		'tiny-recurrent',
		'unsupportedModel',
		folder => {
			fromOther('tiny-bart', 'decoder_model.onnx')(folder);
		},
	],
	[
		'an encoder in the place of the decoder',
		'tiny-t5',
		'unsupportedModel',
		folder => {
			const file = (name: string): string => join(folder, 'onnx', name);
			renameSync(file('encoder_model.onnx'), file('kept'));
			copyFileSync(file('kept'), file('encoder_model.onnx'));
			renameSync(file('kept'), file('decoder_model_merged.onnx'));
		},
	],
];

test.each(cases)('%s (%s) is one coded error with the file and the next step', async (_, model, code, damage) => {
	const copy = copyModel(model);
	damage(copy.folder);
	const error = await startInProcess(copy.folder).then(
		() => undefined,
		(reason: unknown) => reason,
	);
	copy.dispose();
	expect(error).toBeInstanceOf(GenerationError);
	expect(error).toMatchObject({ code });
	expect((error as GenerationError).message).toMatch(/\.(json|onnx)/);
	expect((error as GenerationError).message).toMatch(/choose|download/i);
});
