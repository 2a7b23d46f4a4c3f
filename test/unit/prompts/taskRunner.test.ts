import { describe, expect, test } from 'vitest';
import { GenerationError } from '../../../src/generation';
import { abilityFor, runTask } from '../../../src/prompts';
import { run, shipped } from './jobs';
import { ScriptedGenerator } from './scriptedGenerator';

const [summarize, translate, goOn] = [shipped('summarize'), shipped('translate'), shipped('continue')];

const lineModel = { roles: ['task'], tasks: [{ task: 'translate', to: 'zh', unit: 'line' }] } as const;

describe('which models can do what', () => {
	test.each([
		['an instruction model anything', { roles: ['chat'], tasks: [] }, summarize, 'instructed'],
		['a task model without formats of its own anything', { roles: ['task'], tasks: [] }, translate, 'instructed'],
		['a completion model no summary', { roles: ['fill'], tasks: [] }, summarize, undefined],
		['a completion model the continuation', { roles: ['fill'], tasks: [] }, goOn, 'continuing'],
		['a trained translator its translation', lineModel, translate, 'trained'],
		['a trained translator no summary', lineModel, summarize, undefined],
		['a trained translator no continuation', lineModel, goOn, undefined],
	] as const)('%s', (_, model, template, expected) => {
		expect(abilityFor(model, template, { language: 'zh-CN' })?.kind).toBe(expected);
	});

	test('a translator into Chinese does not translate into French or Traditional Chinese', () => {
		expect(abilityFor(lineModel, translate, { language: 'fr' })).toBeUndefined();
		expect(abilityFor(lineModel, translate, { language: 'zh-TW' })).toBeUndefined();
	});

	test.each([
		{
			name: 'a trained model as its files say',
			model: lineModel,
			own: { temperature: 0.5 },
			expected: { temperature: 0.5 },
		},
		{
			name: 'a model that names beams with them',
			model: { roles: ['task'], tasks: [] },
			own: { temperature: 0, beams: { count: 4 } },
			expected: { temperature: 0, beams: { count: 4 } },
		},
		{
			name: 'others at the temperature of the template',
			model: { roles: ['chat'], tasks: [] },
			own: { temperature: 1, topK: 20 },
			expected: { temperature: 0, topP: 0.95, topK: 20 },
		},
	] as const)('decodes $name', async ({ model, own, expected }) => {
		const generator = new ScriptedGenerator({ ...model, taskSampling: own }, () => 'x');
		await run({ template: translate, text: 'A line.', generator, language: 'zh' });
		expect(generator.requests[0]!.sampling).toEqual(expected);
	});

	test('a model that cannot is refused with a code before it is asked anything', async () => {
		const generator = new ScriptedGenerator({ roles: ['fill'] }, () => 'x');
		const refusal = run({ template: summarize, text: 'Hello.', generator });
		await expect(refusal).rejects.toSatisfy(
			error => error instanceof GenerationError && error.code === 'unsupportedTask',
		);
		expect(generator.requests).toEqual([]);
	});
});

describe('Summarize', () => {
	test('asks once about a text that fits, with the priority of a command', async () => {
		const generator = new ScriptedGenerator({}, () => '  - It says hello.\n\n');
		const { text, notes, done } = await run({
			template: summarize,
			text: 'Hello there.',
			generator,
			language: 'zh-CN',
		});
		expect(text).toBe('- It says hello.');
		expect(notes).toEqual([]);
		expect(done).toMatchObject({ type: 'done', reason: 'stop', usage: { newTokens: 2 }, tokenIds: [7] });
		expect(generator.requests).toHaveLength(1);
		const { prompt, priority } = generator.requests[0]!;
		expect(priority).toBe('command');
		expect(prompt).toMatchObject({ kind: 'task', task: 'summarize', text: 'Hello there.' });
		expect(JSON.stringify(prompt)).toContain('Simplified Chinese');
	});

	test('shows every sentence of a long text to the model and puts the answers together', async () => {
		const sentences = Array.from({ length: 200 }, (_, index) => `Fact ${index} is about item ${index * 7}.`);
		const generator = new ScriptedGenerator({ contextTokens: 800 }, (text, request) =>
			JSON.stringify(request.prompt).includes('<summaries>') ? 'The whole.' : `Part of ${text.length}.`,
		);
		const { text, notes, events } = await run({ template: summarize, text: sentences.join('\n'), generator });
		expect(text).toBe('The whole.');
		const asked = generator.requests.map(request => ('text' in request.prompt ? request.prompt.text : '')).join('\n');
		for (const sentence of sentences) expect(asked).toContain(sentence);
		expect(notes).toEqual([{ kind: 'split', parts: generator.requests.length - 1 }]);
		expect(events.some(event => event.type === 'progress' && event.stage === 'combine')).toBe(true);
	});

	test('combines in rounds when the answers themselves are too long', async () => {
		const generator = new ScriptedGenerator({ contextTokens: 700 }, (_text, request) =>
			'word '.repeat(Math.min(90, request.maxTokens)),
		);
		const { notes, done } = await run({ template: summarize, text: 'One more fact here.\n'.repeat(900), generator });
		expect(done).toMatchObject({ type: 'done', reason: 'stop' });
		expect(notes.map(note => note.kind)).toEqual(['split']);
		for (const request of generator.requests) expect(request.maxTokens).toBeLessThan(700);
	});

	test('never sends more than the context holds', async () => {
		const generator = new ScriptedGenerator({ contextTokens: 600 }, () => 'Short.');
		await run({ template: summarize, text: '事实。'.repeat(3000), generator });
		for (const { prompt, maxTokens } of generator.requests) {
			const messages = prompt.kind === 'task' ? prompt.messages.map(message => message.text).join('\n') : '';
			expect((await generator.countTokens(messages)) + maxTokens).toBeLessThanOrEqual(600);
		}
	});

	test('says when the answer was cut', async () => {
		const generator = new ScriptedGenerator({}, () => ({ text: 'It goes on', reason: 'length' }));
		const { notes } = await run({ template: summarize, text: 'Hello.', generator });
		expect(notes).toMatchObject([{ kind: 'answerCut' }]);
	});

	test('is refused when the template alone fills the context', async () => {
		const generator = new ScriptedGenerator({ contextTokens: 120 }, () => 'x');
		await expect(run({ template: summarize, text: 'Hello.', generator })).rejects.toSatisfy(
			error => error instanceof GenerationError && error.code === 'promptTooLong',
		);
	});
});

describe('Translate by instructions', () => {
	const upper = () => new ScriptedGenerator({ contextTokens: 2000 }, text => text.toUpperCase());

	test('keeps fences, front matter and blank lines byte for byte and never shows them', async () => {
		const text = '---\na: b\n---\n\n# one\n\n\n```js\nconst two = 2;\n```\r\n\nthree\n';
		const generator = upper();
		const result = await run({ template: translate, text, generator });
		expect(result.text).toBe('---\na: b\n---\n\n# ONE\n\n\n```js\nconst two = 2;\n```\r\n\nTHREE\n');
		expect(JSON.stringify(generator.requests)).not.toContain('const two');
	});

	test('translates a long text part by part, in order and complete', async () => {
		const text = Array.from({ length: 120 }, (_, index) => `paragraph ${index} with some more words in it.\n\n`).join(
			'',
		);
		const generator = upper();
		const result = await run({ template: translate, text, generator });
		expect(result.text).toBe(text.toUpperCase());
		expect(result.notes).toEqual([]);
		expect(generator.requests.length).toBeGreaterThan(1);
	});

	test('notes the lines whose structure or code changed', async () => {
		const generator = new ScriptedGenerator({}, () => 'All in one paragraph without it.');
		const result = await run({ template: translate, text: '\n# Title\n\nUse `code`.\n', generator });
		expect(result.notes).toEqual([{ kind: 'structureChanged', firstLine: 2, lastLine: 4 }]);
	});

	test('of source code translates the comments only, and says so', async () => {
		const code = '// first\nconst a = "text"; // second\n';
		const result = await run({ template: translate, text: code, generator: upper(), languageId: 'typescript' });
		expect(result.text).toBe('// FIRST\nconst a = "text"; // SECOND\n');
		expect(result.notes).toEqual([{ kind: 'commentsOnly', comments: 2 }]);
	});
});

describe('Translate with a model trained on lines', () => {
	const dictionary: Record<string, string> = {
		Hello: '你好',
		'Open file.': '打开文件。',
		'Close it.': '关闭它。',
		first: '首先',
	};
	const translator = () =>
		new ScriptedGenerator({ ...lineModel, contextTokens: 128 }, text => dictionary[text] ?? text);

	test('feeds sentences with its own language tag and stops at the line end', async () => {
		const generator = translator();
		await run({ template: translate, text: 'Hello', generator, language: 'zh-CN' });
		expect(generator.requests[0]).toMatchObject({
			stop: ['\n'],
			prompt: { kind: 'task', text: 'Hello', values: { language: 'zh' } },
		});
	});

	test('keeps markers, indentation, blank lines and code', async () => {
		const text = '# Hello\n\n  - Open file. Close it.\n```\nHello\n```\n> `x` first\r\n';
		const result = await run({ template: translate, text, generator: translator(), language: 'zh' });
		expect(result.text).toBe('# 你好\n\n  - 打开文件。关闭它。\n```\nHello\n```\n> `x` 首先\r\n');
		expect(result.notes).toEqual([]);
	});

	test('leaves what it cannot translate as it was and names the lines', async () => {
		const text = 'Hello\nUnknown words here.\n你好已经是中文\n';
		const generator = translator();
		const result = await run({ template: translate, text, generator, language: 'zh' });
		expect(result.text).toBe('你好\nUnknown words here.\n你好已经是中文\n');
		expect(result.notes).toEqual([
			{ kind: 'untranslated', sentences: 1, lines: [2] },
			{ kind: 'alreadyThere', sentences: 1 },
		]);
		expect(generator.requests).toHaveLength(2);
	});

	test('counts endless repetition and the wrong script as failures', async () => {
		for (const answer of ['打开打开打开打开打开打开', 'open the file', '']) {
			const generator = new ScriptedGenerator({ ...lineModel }, text => (text === 'Hello' ? '你好' : answer));
			const result = await run({ template: translate, text: 'Hello\nOpen file.', generator, language: 'zh' });
			expect(result).toMatchObject({
				text: '你好\nOpen file.',
				notes: [{ kind: 'untranslated', sentences: 1, lines: [2] }],
			});
		}
	});

	test('leaves a sentence as it was where the model is less sure than its card asks for', async () => {
		// The scripted model is less sure of longer answers: -1 for three characters, -2 for five.
		const tasks = [{ task: 'translate', to: 'zh', unit: 'line', minimumLogProbability: -1.5 }] as const;
		const generator = new ScriptedGenerator({ ...lineModel, tasks }, text => dictionary[text] ?? text);
		const result = await run({ template: translate, text: 'Hello\nOpen file.\n', generator, language: 'zh' });
		expect(result.text).toBe('你好\nOpen file.\n');
		expect(result.notes).toEqual([{ kind: 'untranslated', sentences: 1, lines: [2] }]);
	});

	test('says that it cannot when it could not translate anything', async () => {
		const generator = new ScriptedGenerator({ ...lineModel }, text => text);
		const running = run({ template: translate, text: 'Open file.', generator, language: 'zh' });
		await expect(running).rejects.toMatchObject({ code: 'unsupportedTask' });
	});

	test('shows nothing before the first sentence is translated, and then everything', async () => {
		const generator = translator();
		const kinds: string[] = [];
		const signal = new AbortController().signal;
		const document = { languageId: 'markdown', fileName: 'a.md' };
		const text = '# Unknown words\n\nHello\n';
		for await (const event of runTask({
			template: translate,
			text,
			values: { language: 'zh' },
			document,
			generator,
			signal,
		}))
			if (event.type === 'text') kinds.push(event.text);
		expect(kinds[0]).toBe('# Unknown words\n\n');
		expect(kinds.join('')).toBe('# Unknown words\n\n你好\n');
	});

	test('asks once for a sentence that repeats', async () => {
		const generator = translator();
		await run({ template: translate, text: 'Hello\n'.repeat(20), generator, language: 'zh' });
		expect(generator.requests).toHaveLength(1);
	});
});

describe('cancelling', () => {
	test.each([
		['a summary in parts', summarize, { contextTokens: 800 }],
		['a translation in parts', translate, { contextTokens: 800 }],
		['a translation by lines', translate, { ...lineModel, contextTokens: 128 }],
	] as const)('ends %s without another call or any more text', async (_, template, model) => {
		const controller = new AbortController();
		const generator = new ScriptedGenerator(model, text => `译文 ${text}`);
		let later = 0;
		const { done } = await run({
			template,
			text: Array.from({ length: 300 }, (_line, index) => `Some sentence number ${index}.\n`).join(''),
			generator,
			language: 'zh',
			signal: controller.signal,
			onEvent: event => {
				if (generator.requests.length === 2) controller.abort();
				else if (controller.signal.aborted && event.type === 'text') later++;
			},
		});
		expect(done).toMatchObject({ type: 'done', reason: 'cancelled' });
		expect(generator.requests.length).toBeLessThanOrEqual(3);
		expect(later).toBe(0);
	});

	test('before the start asks nothing', async () => {
		const generator = new ScriptedGenerator({}, () => 'x');
		const { events } = await run({ template: summarize, text: 'Hello.', generator, signal: AbortSignal.abort() });
		expect(events).toMatchObject([{ type: 'done', reason: 'cancelled' }]);
		expect(generator.requests).toEqual([]);
	});
});

describe('rewriting and fixing', () => {
	const [rewrite, fix] = [shipped('rewrite'), shipped('fix')];
	const shout = (): ScriptedGenerator => new ScriptedGenerator({}, text => text.toUpperCase());

	test('of source code is about the code, not about its comments only', async () => {
		const text = '// add\nfunction add(a, b) {\n\treturn a + b;\n}\n';
		for (const template of [rewrite, fix]) {
			const { text: result, notes } = await run({ template, text, generator: shout(), languageId: 'javascript' });
			expect(result).toBe(text.toUpperCase());
			expect(notes.filter(({ kind }) => kind === 'commentsOnly')).toEqual([]);
		}
	});

	test('of a long text gives all of it back, part by part', async () => {
		const text = Array.from({ length: 200 }, (_, index) => `Sentence number ${index} of the text.`).join('\n\n');
		const { text: result } = await run({ template: fix, text, generator: shout() });
		expect(result).toBe(text.toUpperCase());
	});
});
