import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GenerationError } from '../../src/generation';
import { collect, never, requestFor, startInProcess } from '../helpers/inProcessEngine';
import { copyModel, writeExternalGraph } from '../helpers/modelFolders';
import { readReferences } from '../helpers/references';

let folder: string;
let release: () => void;
beforeEach(() => {
	const copy = copyModel();
	folder = copy.folder;
	release = () => copy.dispose();
});
afterEach(() => release());

const inFolder = (name: string): string => join(folder, name);
const graph = (): string => inFolder('onnx/model.onnx');

function changeJson(name: string, change: (value: Record<string, unknown>) => unknown): void {
	const value = JSON.parse(readFileSync(inFolder(name), 'utf8')) as Record<string, unknown>;
	writeFileSync(inFolder(name), JSON.stringify(change(value)));
}

/** Replaces every occurrence of some bytes of the graph by others of the same length. */
function changeGraph(from: string, to: string): void {
	expect(to).toHaveLength(from.length);
	const bytes = readFileSync(graph(), 'latin1');
	expect(bytes).toContain(from);
	writeFileSync(graph(), bytes.replaceAll(from, to), 'latin1');
}

const cases: readonly (readonly [string, string, () => void])[] = [
	['a graph without operators', 'unsupportedModel', () => writeGraphWithoutOperators()],
	['an operator nobody knows', 'unsupportedModel', () => changeGraph('GroupQueryAttention', 'GroupQueryAttentiom')],
	['an input nobody knows', 'unsupportedModel', () => changeGraph('attention_mask', 'attention_nest')],
	['no input_ids', 'unsupportedModel', () => changeGraph('input_ids', 'input_idx')],
	['no cache inputs', 'unsupportedModel', () => changeGraph('past_key_values', 'lost_key_values')],
	['no cache outputs', 'unsupportedModel', () => changeGraph('present.', 'absent!.')],
	['no logits', 'unsupportedModel', () => changeGraph('logits', 'digits')],
	['no tokenizer', 'modelMissing', () => rmSync(inFolder('tokenizer.json'))],
	[
		'half a tokenizer',
		'badModel',
		() => writeFileSync(inFolder('tokenizer.json'), readFileSync(inFolder('tokenizer.json')).subarray(0, 900)),
	],
	[
		'a generation_config.json that is a list',
		'badModel',
		() => writeFileSync(inFolder('generation_config.json'), '[1'),
	],
	[
		'a config.json of a smaller vocabulary',
		'badModel',
		() => changeJson('config.json', config => ({ ...config, vocab_size: 100 })),
	],
];

test.each(cases)(
	'%s: a code, the file and the next step, and then the good model still loads',
	async (_, code, damage) => {
		damage();
		const error = await startInProcess(folder).then(
			() => undefined,
			(reason: unknown) => reason,
		);
		expect(error).toBeInstanceOf(GenerationError);
		expect(error).toMatchObject({ code });
		expect((error as GenerationError).message).toMatch(/\.(json|onnx)/);
		expect((error as GenerationError).message).toMatch(/Choose|Download|choose|download/);
		const good = await startInProcess('tiny-gqa');
		const { promptIds, continuationIds } = readReferences('tiny-gqa')[0]!;
		const { done } = await collect(good.client.generate(requestFor(promptIds, { maxTokens: 4 }), never));
		expect(done.tokenIds).toEqual(continuationIds.slice(0, 4));
		good.dispose();
	},
);

function writeGraphWithoutOperators(): void {
	writeExternalGraph(graph(), 'weights.bin');
	writeFileSync(inFolder('onnx/weights.bin'), 'abcd');
}
