import { describe, expect, test } from 'vitest';
import { accepted, requestAt, type CursorOptions } from '../../helpers/cursorMark';
import { Harness } from './harness';

/** The document after a model that says `text` was asked at the ▮, its suggestion accepted; or the reason for none. */
function after(marked: string, text: string, options: CursorOptions = {}): Promise<string> {
	return new Harness(text).result(marked, options);
}

describe('a suggestion fits its place', () => {
	test.each([
		[
			'covers the bracket the editor closed when the text goes on after it',
			'function add(▮)',
			'a, b) {\n\treturn a + b;\n}\n',
			'function add(a, b) {\n\treturn a + b;\n}▮',
		],
		['inserts before the bracket when the text ends there', 'add(▮)', 'first, second)\n', 'add(first, second▮)'],
		['draws a ruler to its end', '# ----▮', '-----------\n', '# ---------------▮'],
		['stays on the line before other text', 'const a = ▮ + 1;', 'count\nconst b = 2;', 'const a = count▮ + 1;'],
		[
			'goes on to the end of the block its line opens',
			'if▮',
			' (ready) {\n\tgo();\n}\nstop();\n',
			'if (ready) {\n\tgo();\n}▮',
		],
		['fills the empty block', 'function f() {▮}', '\n\treturn 1;\n}\n', 'function f() {\n\treturn 1;\n▮}'],
		[
			'stops where the next line begins',
			'\t▮\n\treturn total;\n}',
			'total += price;\n\treturn total;\n}',
			'\ttotal += price;▮\n\treturn total;\n}',
		],
		[
			'ends a statement on an empty line with its block',
			'▮\n',
			'for (const a of b) {\n\tc(a);\n}\n\nconst d = 1;\n',
			'for (const a of b) {\n\tc(a);\n}▮\n',
		],
		[
			'keeps else with its if',
			'▮\n',
			'if (a) {\n\tb();\n} else {\n\tc();\n}\nd();\n',
			'if (a) {\n\tb();\n} else {\n\tc();\n}▮\n',
		],
		[
			'ends where the block around it ends',
			'class A {\n\tf() {\n\t\t▮\n\t}\n}',
			'this.a = 1;\n\t}\n\n\tg() {',
			'class A {\n\tf() {\n\t\tthis.a = 1;▮\n\t}\n}',
		],
		['keeps the line ends of the file', '▮\r\nend();', 'if (a) {\n\tb();\n}\n', 'if (a) {\r\n\tb();\r\n}▮\r\nend();'],
	])('%s', async (_title, marked, text, expected) => {
		expect(await after(marked, text)).toBe(expected);
	});

	test('ends a Python block by its indentation', async () => {
		const python = { languageId: 'python', extension: 'py', insertSpaces: true };
		expect(
			await after('def f(a):▮\n', '\n    if a:\n        return 1\n    return 2\n\ndef g():\n    pass\n', python),
		).toBe('def f(a):\n    if a:\n        return 1\n    return 2▮\n');
	});

	test('ends prose with its sentence', async () => {
		const markdown = { languageId: 'markdown', extension: 'md' };
		expect(await after('The engine▮', ' runs in a process of its own. It restarts after a crash. It', markdown)).toBe(
			'The engine runs in a process of its own.▮',
		);
		expect(await after('推理引擎▮', '运行在单独的进程里。崩溃之后会重新启动。', markdown)).toBe(
			'推理引擎运行在单独的进程里。▮',
		);
	});

	test('completes code inside a Markdown fence as code', async () => {
		const markdown = { languageId: 'markdown', extension: 'md' };
		expect(await after('```js\nconst a = ▮\n```\n', 'read("it. And more")\n```', markdown)).toBe(
			'```js\nconst a = read("it. And more")▮\n```\n',
		);
	});

	test.each([
		['the next line again', '▮\nfoo(first);', 'foo(first);\n', 'duplicatesSuffix'],
		['nothing', 'a▮', '', 'empty'],
		['a new line only', 'return a▮', '\nreturn b;', 'empty'],
		['two characters', 'a▮', ';;', 'tooShort'],
		['a ruler that nobody began', '▮', '# -------------\n', 'tooShort'],
		['a loop', 'a▮', ' = b.c.b.c.b.c.b.c.b.c.b.c.b.c', 'repetitive'],
	])('says why it shows nothing for %s', async (_title, marked, text, reason) => {
		expect(await after(marked, text)).toBe(reason);
	});

	test('starts with the entry selected in the suggest widget', async () => {
		const marked = 'console.lo▮';
		const suggestWidgetItem = {
			text: 'log',
			range: { start: { line: 0, character: 8 }, end: { line: 0, character: 10 } },
		};
		const harness = new Harness('(message);\n');
		const outcome = await harness.ask(marked, { suggestWidgetItem });
		expect(outcome).toMatchObject({ items: [{ text: 'log(message);', range: suggestWidgetItem.range }] });
		expect(harness.generator.asked[0]!.prompt.prefix).toBe('console.log');
		if (outcome.kind === 'suggestions')
			expect(accepted(requestAt(marked), outcome.items[0]!)).toBe('console.log(message);▮');
	});
});
