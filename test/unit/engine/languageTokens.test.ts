import { expect, test } from 'vitest';
import { describeModel, PromptBuilder, type BuiltPrompt } from '../../../src/engine/promptFormat';
import { loadTokenizer, readModelFiles } from '../../../src/engine/tokenizer';
import { modelFolder } from '../../helpers/references';

const [end, english, chinese, french] = [257, 260, 261, 262];

async function translate(text: string, language: string): Promise<BuiltPrompt> {
	const files = await readModelFiles(modelFolder('tiny-m2m100'));
	const tokenizer = loadTokenizer(files);
	const builder = new PromptBuilder(describeModel(files, tokenizer), tokenizer);
	return builder.build({ kind: 'task', task: 'translate', text, values: { language }, messages: [] }, 64);
}

test('the language asked for is the first token of the answer', async () => {
	expect((await translate('file', 'zh-CN')).decoderStart).toEqual([end, chinese]);
	expect((await translate('file', 'fr')).decoderStart).toEqual([end, french]);
});

test('the source is framed with the language that its script tells, else with the default of the tokenizer', async () => {
	const { ids } = await translate('打开文件', 'en');
	expect([ids[0], ids.at(-1)]).toEqual([chinese, end]);
	expect((await translate('Datei', 'en')).ids[0]).toBe(english);
});

test('a language the model has no token for is refused', async () => {
	await expect(translate('file', 'ja')).rejects.toMatchObject({ code: 'unsupportedTask' });
	await expect(translate('file', 'zh-TW')).rejects.toMatchObject({ code: 'unsupportedTask' });
});

test('the name of a language in the text is text', async () => {
	const { ids } = await translate('zho_Hans', 'en');
	expect(ids.filter(id => id === chinese)).toEqual([]);
});
