import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeModel, PromptBuilder } from '../../../src/engine/promptFormat';
import { loadTokenizer } from '../../../src/engine/tokenizer';
import { type FillPrompt } from '../../../src/generation';
import { t5Files } from '../../helpers/modelFiles';
import { modelFolder } from '../../helpers/references';

const read = (name: string): string => readFileSync(join(modelFolder('tiny-bart'), name), 'utf8');

/** The test model with a mask among its control tokens, as BART has it, and these entries of config.json. */
function bart(
	entries: object,
): ReturnType<typeof describeModel> & { readonly builder: PromptBuilder; readonly idOf: (name: string) => number } {
	const config = JSON.parse(read('config.json')) as Record<string, unknown>;
	const { inkling: _, ...published } = config;
	const files = {
		...t5Files(),
		config: JSON.stringify({ ...published, ...entries }),
		generationConfig: read('generation_config.json'),
		tokenizer: read('tokenizer.json').replaceAll('<|reserved_0|>', '<mask>'),
		tokenizerConfig: read('tokenizer_config.json').replaceAll('<|reserved_0|>', '<mask>'),
	};
	const tokenizer = loadTokenizer(files);
	const model = describeModel(files, tokenizer);
	return { ...model, builder: new PromptBuilder(model, tokenizer), idOf: name => tokenizer.token(name)! };
}

const gap: FillPrompt = {
	kind: 'fill',
	prefix: 'Open the ',
	suffix: ' in a new window.',
	extension: 'md',
	snippets: [],
};
const tasks = { task_specific_params: { summarization: { prefix: '' } } };

describe('BART as it was published first', () => {
	const { roles, tasks: able, builder, idOf, decoderStart } = bart({ architectures: ['BartModel'], ...tasks });
	const encode = (text: string): readonly number[] => {
		const { ids } = builder.build({ ...gap, prefix: text, suffix: '' }, 60);
		return ids.slice(0, ids.indexOf(idOf('<mask>')));
	};

	test('fills gaps and promises no task that it was not trained for', () => {
		expect(roles).toEqual(['fill']);
		expect(able).toEqual([]);
	});

	test('reads the text with a mask in the gap, and has written what stands before it', () => {
		const { ids, decoderStart: fed, stopTexts } = builder.build(gap, 60);
		expect(ids.filter(id => id === idOf('<mask>'))).toHaveLength(1);
		expect(ids.slice(0, ids.indexOf(idOf('<mask>')))).toEqual(encode('Open the '));
		expect(fed).toEqual([...decoderStart, ...encode('Open the ')]);
		expect(stopTexts).toEqual([' in a new window.', 'in a new window.']);
	});

	test('is stopped by nothing that could stand in the gap as well', () => {
		for (const suffix of ['', ')', ' }\n', '\n\n']) expect(builder.build({ ...gap, suffix }, 60).stopTexts).toEqual([]);
	});

	test('goes on from a text as from a gap at its end', () => {
		const {
			ids,
			decoderStart: fed,
			stopTexts,
		} = builder.build({ kind: 'continue', text: 'Open the ', extension: '' }, 60);
		expect(ids).toContain(idOf('<mask>'));
		expect(fed).toEqual([...decoderStart, ...encode('Open the ')]);
		expect(stopTexts).toEqual([]);
	});

	test('takes a mask that a text contains for its characters', () => {
		const { ids, decoderStart: fed } = builder.build({ ...gap, prefix: 'a <mask> b ' }, 60);
		expect(ids.filter(id => id === idOf('<mask>'))).toHaveLength(1);
		expect(fed).not.toContain(idOf('<mask>'));
	});

	test('sees the text nearest to the gap where not all of it fits', () => {
		const long = { ...gap, prefix: 'word '.repeat(200), suffix: ' word'.repeat(200) };
		const { ids, decoderStart: fed, cutTokens } = builder.build(long, 40);
		expect(ids.length).toBeLessThanOrEqual(40);
		expect(fed!.length).toBeLessThan(40);
		expect(cutTokens).toBeGreaterThan(0);
	});
});

test('BART that was trained for summaries makes those and fills no gaps', () => {
	const { roles, tasks: able, builder } = bart({ architectures: ['BartForConditionalGeneration'], ...tasks });
	expect(roles).toEqual(['task']);
	expect(able).toEqual([{ task: 'summarize', unit: 'document' }]);
	expect(() => builder.build(gap, 60)).toThrow(expect.objectContaining({ code: 'unsupportedTask' }));
});
