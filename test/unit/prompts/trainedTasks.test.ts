import { describe, expect, test } from 'vitest';
import { GenerationError } from '../../../src/generation';
import { run, shipped } from './jobs';
import { ScriptedGenerator } from './scriptedGenerator';

const [translate, documentCode] = [shipped('translate'), shipped('document')];

describe('Translate with a model trained in both directions', () => {
	const both = {
		roles: ['task'],
		contextTokens: 128,
		tasks: [
			{ task: 'translate', to: 'zh', unit: 'line' },
			{ task: 'translate', to: 'en', unit: 'line' },
		],
	} as const;

	test('asks about the Chinese sentences of a mixed text only, and says how many were English already', async () => {
		const generator = new ScriptedGenerator(both, () => 'Open the file.');
		const text = '# 打开文件。\nKeep this one.\n- 打开文件。\n';
		const result = await run({ template: translate, text, generator, language: 'en' });
		expect(result.text).toBe('# Open the file.\nKeep this one.\n- Open the file.\n');
		expect(result.notes).toEqual([{ kind: 'alreadyThere', sentences: 1 }]);
		expect(generator.requests.map(({ prompt }) => prompt)).toMatchObject([
			{ kind: 'task', text: '打开文件。', values: { language: 'en' } },
		]);
	});

	test('counts Chinese in an English answer as a failure', async () => {
		const generator = new ScriptedGenerator(both, text => (text === '打开' ? 'Open' : 'Open 文件'));
		const result = await run({ template: translate, text: '打开\n打开文件\n', generator, language: 'en' });
		expect(result.text).toBe('Open\n打开文件\n');
		expect(result.notes).toEqual([{ kind: 'untranslated', sentences: 1, lines: [2] }]);
	});

	test('asks about Latin text where the model comes from a Latin script', async () => {
		const tasks = [
			{ task: 'translate', to: 'de', unit: 'line' },
			{ task: 'translate', to: 'en', unit: 'line' },
		] as const;
		const generator = new ScriptedGenerator({ ...both, tasks }, () => 'Good day');
		const result = await run({ template: translate, text: 'Guten Tag', generator, language: 'en' });
		expect(result.text).toBe('Good day');
	});
});

describe('Write Doc Comment', () => {
	const documenter = (minimumLogProbability: number) =>
		({
			roles: ['task'],
			contextTokens: 256,
			tasks: [{ task: 'document', unit: 'document', minimumLogProbability }],
		}) as const;

	test('asks a trained model once about the source as it is', async () => {
		const generator = new ScriptedGenerator(documenter(-9), () => 'Adds.');
		const source = 'function add(a, b) {\n\treturn a + b;\n}';
		const { text, notes } = await run({ template: documentCode, text: source, generator });
		expect([text, notes]).toEqual(['Adds.', []]);
		expect(generator.requests.map(({ prompt }) => prompt)).toMatchObject([
			{ kind: 'task', task: 'document', text: source },
		]);
	});

	test('is refused with a code where the model is less sure than its card asks for', async () => {
		// The scripted model is less sure of longer answers: -2 for 'Adds.', -1 for 'Add'.
		const answer = (reply: string) =>
			run({ template: documentCode, text: 'a()', generator: new ScriptedGenerator(documenter(-1.5), () => reply) });
		await expect(answer('Adds.')).rejects.toSatisfy(
			error => error instanceof GenerationError && error.code === 'notSure',
		);
		expect((await answer('Add')).text).toBe('Add');
	});

	test('shows the start of a long source and says where it ends', async () => {
		const generator = new ScriptedGenerator(documenter(-9), () => 'Adds.');
		const lines = Array.from({ length: 200 }, (_, index) => `call${index}();`);
		const { notes } = await run({ template: documentCode, text: lines.join('\n'), generator });
		expect(generator.requests).toHaveLength(1);
		const { prompt } = generator.requests[0]!;
		const shown = prompt.kind === 'task' ? prompt.text.split('\n') : [];
		expect(shown).toEqual(lines.slice(0, shown.length));
		expect(notes).toEqual([{ kind: 'endLeftOut', lastLine: shown.length }]);
	});

	test('reaches an instruction model with the rules of the template', async () => {
		const generator = new ScriptedGenerator({ contextTokens: 2000 }, () => 'Adds two numbers.');
		const { text } = await run({ template: documentCode, text: 'add()', generator });
		expect(text).toBe('Adds two numbers.');
		expect(JSON.stringify(generator.requests[0]!.prompt)).toContain('third person');
	});
});
