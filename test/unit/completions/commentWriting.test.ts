import { describe, expect, test } from 'vitest';
import { silentLog } from '../../../src/base';
import { Completer, defaultCompletionSettings } from '../../../src/completions';
import { type ModelInfo, type TextGenerator } from '../../../src/generation';
import { accepted, requestAt, type CursorOptions } from '../../helpers/cursorMark';
import { ScriptedGenerator as TaskModel, type Reply } from '../prompts/scriptedGenerator';
import { FakeClock } from './fakeClock';
import { inPieces, ScriptedGenerator as FillModel } from './scriptedGenerator';

const tasks = [{ task: 'document', unit: 'document' }] as const;

/** A completer with a model that fills and one that describes code. Its scripted pieces have a log-probability of -1. */
class Desk {
	readonly clock = new FakeClock();
	readonly fill = new FillModel(this.clock, () => inPieces('filled'));
	readonly describer: TaskModel;
	readonly completer: Completer;
	documenter: () => Promise<TextGenerator | undefined>;

	constructor(reply: Reply, model: Partial<ModelInfo> = {}) {
		this.describer = new TaskModel({ roles: ['task'], tasks, ...model }, () => reply);
		this.documenter = () => Promise.resolve(this.describer);
		this.completer = new Completer({
			generator: () => Promise.resolve(this.fill),
			documenter: () => this.documenter(),
			clock: this.clock,
			settings: () => defaultCompletionSettings,
			log: silentLog,
		});
	}

	/** The document after accepting the suggestion, or the reason for none. */
	async result(marked: string, options: CursorOptions = {}): Promise<string> {
		const outcome = this.completer.complete(requestAt(marked, options), new AbortController().signal);
		await this.clock.advance(5000);
		const found = await outcome;
		return found.kind === 'none' ? found.reason : accepted(requestAt(marked, options), found.items[0]!);
	}
}

const python = { languageId: 'python', extension: 'py' };
const body = 'function one() {\n\treturn 1;\n}\n';

describe('the words of an empty doc comment', () => {
	test.each([
		['between marks', `/** ▮ */\n${body}`, `/** Does it.▮ */\n${body}`],
		['right behind the opening mark', `/**▮ */\n${body}`, `/** Does it.▮ */\n${body}`],
		['right before the closing mark', `/** ▮*/\n${body}`, `/** Does it. ▮*/\n${body}`],
		['on a line of their own', `/**\n * ▮\n */\n${body}`, `/**\n * Does it.▮\n */\n${body}`],
		['of a comment nobody closed', `/** ▮\n${body}`, `/** Does it. */▮\n${body}`],
		['above a decorator', '/** ▮ */\n@Injectable()\nclass A {}\n', '/** Does it.▮ */\n@Injectable()\nclass A {}\n'],
	])('%s', async (_, marked, expected) => {
		const desk = new Desk('Does it.');
		expect(await desk.result(marked)).toBe(expected);
		expect(desk.fill.asked).toEqual([]);
	});

	test.each([
		['between quotes', 'def one():\n    """▮"""\n    return 1\n', 'def one():\n    """Does it.▮"""\n    return 1\n'],
		[
			'behind quotes nobody closed',
			'def one():\n    """▮\n    return 1\n',
			'def one():\n    """Does it."""▮\n    return 1\n',
		],
		['above quotes', 'class A:\n    """▮\n    """\n    x = 1\n', 'class A:\n    """Does it.▮\n    """\n    x = 1\n'],
	])('in Python %s', async (_, marked, expected) => {
		expect(await new Desk('Does it.').result(marked, python)).toBe(expected);
	});

	test('are asked for with the source alone, without the comment', async () => {
		const desk = new Desk('Does it.');
		await desk.result('def one(a):\n    """▮\n    return a\n\ntwo()\n', python);
		expect(desk.describer.requests.map(request => request.prompt)).toMatchObject([
			{ kind: 'task', task: 'document', text: 'def one(a):\n    return a' },
		]);
	});

	test('are one sentence', async () => {
		expect(await new Desk('Does it all. And more.').result(`/** ▮ */\n${body}`)).toBe(`/** Does it all.▮ */\n${body}`);
	});

	test('are found again without asking, also while they are typed', async () => {
		const desk = new Desk('Does it.');
		await desk.result(`/** ▮ */\n${body}`);
		expect(await desk.result(`/** Does ▮ */\n${body}`)).toBe(`/** Does it.▮ */\n${body}`);
		expect(await desk.result(`/** ▮ */\n${body}`)).toBe(`/** Does it.▮ */\n${body}`);
		expect(desk.describer.requests).toHaveLength(1);
	});

	test('show only as much of a long source as the model has room for', async () => {
		const desk = new Desk('Does it.', { contextTokens: 200 });
		const lines = Array.from({ length: 100 }, (_, index) => `\tcall${index}();`).join('\n');
		await desk.result(`/** ▮ */\nfunction one() {\n${lines}\n}\n`);
		const { prompt, maxTokens } = desk.describer.requests[0]!;
		const text = prompt.kind === 'task' ? prompt.text : '';
		expect(text.startsWith('function one() {\n\tcall0();')).toBe(true);
		expect((await desk.describer.countTokens(text)) + maxTokens).toBeLessThanOrEqual(200);
	});
});

describe('no words of a comment', () => {
	const marked = `/** ▮ */\n${body}`;

	test('where the model is less sure than its card asks for', async () => {
		const sure = { tasks: [{ ...tasks[0], minimumLogProbability: -0.5 }] } as const;
		expect(await new Desk('Does it.', sure).result(marked)).toBe('lowConfidence');
	});

	test.each([
		['none were found', '', 'empty'],
		['the sentence broke off', { text: 'Does it and', reason: 'length' }, 'timeLimit'],
		['they would end the comment', 'Ends */ here.', 'empty'],
	] as const)('where %s', async (_, reply, reason) => {
		expect(await new Desk(reply).result(marked)).toBe(reason);
	});

	test('where the model is not there within the time limit; it is for the next keystroke', async () => {
		const desk = new Desk('Does it.');
		let arrive = (): void => undefined;
		const arrival = new Promise<void>(resolve => (arrive = resolve));
		desk.documenter = () => arrival.then(() => desk.describer);
		expect(await desk.result(marked)).toBe('timeLimit');
		arrive();
		expect(await desk.result(marked)).toBe(`/** Does it.▮ */\n${body}`);
	});

	test.each([
		['no model was trained for them', () => Promise.resolve(undefined)],
		['the model for them fails', () => Promise.reject(new Error('gone'))],
	])('where %s: the completion model is asked as ever', async (_, documenter) => {
		const desk = new Desk('Does it.');
		desk.documenter = documenter;
		expect(await desk.result(marked)).toContain('filled');
	});

	test.each([
		['in a comment with words', `/** One ▮ */\n${body}`],
		['above no declaration', '/** ▮ */\nreturn 1;\n'],
		['on the second line of a comment', `/**\n * One.\n * ▮\n */\n${body}`],
		['in a multiplication', 'const a = b\n\t* ▮\n'],
	])('and no question to the describing model %s', async (_, elsewhere) => {
		const desk = new Desk('Does it.');
		await desk.result(elsewhere);
		expect(desk.describer.requests).toEqual([]);
	});
});
