import { describe, expect, test } from 'vitest';
import {
	balanceBrackets,
	closeStrings,
	dropClosersAlreadyThere,
	dropCopyOfDocument,
	dropDuplicateOfSuffix,
	dropLoop,
	dropRepeatedSuffix,
	dropStrayIndentation,
	dropTrailingSpace,
	dropUnfinishedEnd,
	endBeforeCommentEnd,
	endBeforeImpossible,
	endOutsideMarkup,
	keepIndentation,
	keepOneLine,
	stopAtNextLine,
	type Trim,
} from '../../../src/completions/trims';
import { type Ending } from '../../../src/completions/answer';
import { type CursorOptions } from '../../helpers/cursorMark';
import { trimmed } from './trimmed';

type Options = CursorOptions & { readonly ending?: Ending };
type Row = readonly [title: string, marked: string, text: string, expected: string, options?: Options];

function table(name: string, trim: Trim, rows: readonly Row[]): void {
	describe(name, () => {
		for (const [title, marked, text, expected, options] of rows) {
			test(title, () => expect(trimmed(trim, marked, text, options)).toBe(expected));
		}
	});
}

const markdown = { languageId: 'markdown', extension: 'md' };
const javascript = { languageId: 'javascript', extension: 'js' };
const python = { languageId: 'python', extension: 'py', insertSpaces: true };
const cut = { ending: 'cut' as const };

table('keepOneLine', keepOneLine, [
	['keeps the first line before other text', 'const a = ▮ + b', '1\nconst c', '1'],
	['keeps a block on an empty line', '▮', 'if (a) {\n\tb();\n}', 'if (a) {\n\tb();\n}'],
]);

table('endBeforeCommentEnd', endBeforeCommentEnd, [
	['does not repeat the end that the editor added', '/** Unit ▮ */', '@type {number} */', '@type {number}'],
	['keeps a space that is not there yet', '/* a▮*/', ' word */ b', ' word '],
	['does not leave an HTML comment', '<!-- a ▮ -->', 'b --> c', 'b'],
	['ends a comment that nothing else ends', '/** Unit ▮', 'of length. */', 'of length. */'],
	['keeps a product', 'a ▮ * b', '* c', '* c'],
]);

const sum = 'function sum(values) {\n\tlet total = 0;\n\treturn total;\n}\n';

table('dropCopyOfDocument', dropCopyOfDocument, [
	['does not write a function of the document once more', `${sum}\n▮`, sum.trimEnd(), ''],
	['keeps what comes before the copy', `${sum}\n▮`, `const a = 1;\n${sum.trimEnd()}`, 'const a = 1;'],
	['sees a copy below the cursor and at another depth', `▮\n\n${sum}`, sum.trimEnd().replaceAll('\n', '\n\t'), ''],
	[
		'counts what stands before the cursor',
		`${sum}\nfunction sum(▮`,
		'values) {\n\tlet total = 0;\n\treturn total;\n}',
		'',
	],
	[
		'keeps a block that only ends like another',
		`${sum}\n▮`,
		'function mean(values) {\n\tlet total = 0;\n\treturn total;\n}',
		'function mean(values) {\n\tlet total = 0;\n\treturn total;\n}',
	],
	['keeps closing brackets that stand together elsewhere', 'a(\n\t[\n\t{\n\t}\n\t]\n)\n▮', '}\n]\n)', '}\n]\n)'],
]);

table('dropLoop', dropLoop, [
	['drops one word ten times', 'x = ▮', 'a a a a a a a a a a', ''],
	[
		'drops a short cycle',
		'▮',
		'foo(), bar(), foo(), bar(), foo(), bar(), foo(), bar(), foo(), bar(), foo(), bar(), ',
		'',
	],
	['drops a piece of three characters seen six times', 'x▮', 'abcabcabcabcabcabc', ''],
	[
		'drops a piece of ten characters seen four times',
		'x▮',
		'你好我是一个人工智能助手你好我是一个人工智能助手你好我是一个人工智能助手你好我是一个人工智能助手',
		'',
	],
	['drops a line three times running', '▮', 'foo(a);\nfoo(a);\nfoo(a);', ''],
	['keeps the line before a loop', 'if▮', ' (a) {\n\tfoo(a);\n\tfoo(a);\n\tfoo(a);', ' (a) {'],
	['drops a third equal line below two', 'a(1);\na(1);\n▮', 'a(1);', ''],
	[
		'keeps a rule drawn with one sign',
		'▮',
		'// ---------------------------------------- end',
		'// ---------------------------------------- end',
	],
	['keeps a table of different numbers', 'x = [▮]', '1, 2, 3, 4, 5, 6, 7, 8, 9, 10', '1, 2, 3, 4, 5, 6, 7, 8, 9, 10'],
	[
		'keeps closing lines',
		'▮',
		'a(() => {\n\tb(() => {\n\t\tc();\n\t});\n});\n',
		'a(() => {\n\tb(() => {\n\t\tc();\n\t});\n});\n',
	],
]);

table('dropDuplicateOfSuffix', dropDuplicateOfSuffix, [
	['drops the next line', '▮\nfoo(a, b);', 'foo(a, b);', ''],
	['drops it with a slip of a letter', '▮\nconst total = first + second;', 'const total = first + secnd;', ''],
	['drops three lines that follow', '▮\n\na();\n\nbb();\nccc();', 'a();\nbb();\nccc();\nd();', ''],
	['keeps the same words at another indentation', 'if (!x) {\n\t▮\n}\nreturn none;', 'return none;', 'return none;'],
	['keeps a similar short line', '▮\nfoo(1);', 'foo(2);', 'foo(2);'],
	['looks at the whole line, not the new part', 'const a▮\nconst a = 1;', ' = 1;', ''],
]);

table('stopAtNextLine', stopAtNextLine, [
	['ends before a line that follows', '▮\nreturn total;', 'total += 1;\nreturn total;', 'total += 1;'],
	['ends before it although more comes', '▮\nfoo();', 'a();\nfoo();\nb();', 'a();'],
	['keeps the line deeper inside', '▮\nreturn none;', 'if (!a) {\n\treturn none;\n}', 'if (!a) {\n\treturn none;\n}'],
	['keeps closing brackets, which may repeat', '\t▮\n}', 'if (a) {\n\t\tb();\n\t}\n}', 'if (a) {\n\t\tb();\n\t}\n}'],
]);

table('dropRepeatedSuffix', dropRepeatedSuffix, [
	['drops the closing bracket and semicolon', 'call(▮);', 'x);', 'x'],
	['keeps brackets of its own', 'call(▮);', 'f(x)', 'f(x)'],
	['drops a statement end before the closing bracket', 'call(▮);', 'f(x);', 'f(x)'],
	['drops words that stand right of the cursor', 'return ▮ + tax;', 'price + tax;', 'price'],
	['drops a part of the rest it runs into', 'a = ▮bar + baz', 'foo + bar', 'foo + '],
	['drops a semicolon', 'const a = ▮;', '1;', '1'],
	['drops a quote and bracket', 'import x from "▮";', 'lodash";', 'lodash'],
	['keeps text that only shares a letter', 'return ▮a', 'data', 'data'],
]);

table('dropClosersAlreadyThere', dropClosersAlreadyThere, [
	['drops the bracket the editor closed', 'foo(▮)', 'a, b)', 'a, b'],
	['drops several', 'foo([▮])', 'a, b])', 'a, b'],
	['drops across spaces', 'x = { ▮ }', 'a: 1 }', 'a: 1 '],
	['drops a closing quote', 'print("▮")', 'hello"', 'hello'],
	['keeps what goes on after the bracket', 'function add(▮)', 'a, b) {', 'a, b) {'],
	['cuts before it when words follow', 'if (a(▮) && ready)', 'x) {', 'x'],
]);

table('balanceBrackets', balanceBrackets, [
	['ends before a bracket nothing opened', 'const a = b▮', '.c);', '.c'],
	['ends before the block end already there', 'function f() {\n\t▮\n}', 'return 1;\n}', 'return 1;'],
	['keeps the block end that is missing', 'function f() {\n\t▮', 'return 1;\n}', 'return 1;\n}'],
	['keeps an else between two blocks', 'if (a) {\n\tb();\n▮\n}', '} else {\n\tc();', '} else {\n\tc();'],
	['ends before a call that nothing closes', 'const a = ▮', 'f(g(1', 'f'],
	['ends before a block that was cut short', '▮', 'if (a) {\n\tb();', 'if (a)'],
	['ends before a callback that was cut short', '\t▮', "a();\n\ttest('a', () => {\n\t\tb();", 'a();'],
	['ends before a block that has only just been opened', 'if▮', ' (ready) {', ' (ready)'],
	['leaves nothing of a function without a body', 'list.map▮', '(one => {', ''],
	['leaves open what the document closes', '▮\n\tb();\n}', 'if (a) {', 'if (a) {'],
	['ignores brackets in strings', 'say(▮)', '":)"', '":)"'],
	['ignores brackets in comments', '▮', 'a(); // :)', 'a(); // :)'],
	['keeps brackets that its range will cover', 'f(() => {\n\tg({▮})\n})', ' a: 1 });', ' a: 1 });'],
	['finds the opener far above the window', `f(() => {\n${'\ta();\n'.repeat(400)}▮`, '});', '});'],
	['holds in prose too', 'see ▮', 'above) and', 'above', { languageId: 'plaintext' }],
]);

table('endBeforeImpossible', endBeforeImpossible, [
	['does not call a variable 0', 'export const ▮', '0: Measurement = (0, 0) => {}', ''],
	['does not call a function by a dot', 'function▮', ' .length() {', ''],
	['does not take a number as a parameter', 'const sum = ▮', '(0, 0) => 0;', ''],
	['does not take a property as a parameter', 'export default function ▮', '(similar.length - 1) {', ''],
	['does not write types into JavaScript', 'setZone▮', ' = function (zone: number) {', '', javascript],
	['does not write the type of a variable into JavaScript', 'const ▮', 'a: number = 1;', '', javascript],
	['does not call a Python function by a number', 'def ▮', '0(self):', '', python],
	['does not take an attribute as a Python parameter', 'def run▮', '(self.name, other):', '', python],
	['keeps the lines before', '▮', 'a();\nconst 1 = 2;', 'a();'],
	['leaves a line alone that was impossible before', 'const 0▮', ' = 1;', ' = 1;'],
	[
		'keeps parameters of every form',
		'function f▮',
		'<T>(a, b: T[], { c }, [d], e = f(1, 2), ...g): T {',
		'<T>(a, b: T[], { c }, [d], e = f(1, 2), ...g): T {',
	],
	['keeps a constructor', '\tconstructor▮', '(private readonly a: A, b?: B) {', '(private readonly a: A, b?: B) {'],
	['keeps an arrow in an argument', 'values.map(▮)', '(value, index) => 2', '(value, index) => 2'],
	['keeps a call with an arrow', 'call▮', '(0, (a: number) => a.b, c => 1);', '(0, (a: number) => a.b, c => 1);'],
	['keeps taking apart', 'const ▮', '{ a, b: [c] } = d;', '{ a, b: [c] } = d;', javascript],
	['keeps what only a string says', 'say(▮)', "'const 0 = (1) => 2'", "'const 0 = (1) => 2'"],
	['keeps what only a comment says', '// ▮', 'const 0 is no name', 'const 0 is no name'],
	[
		'keeps every Python parameter',
		'def run▮',
		'(self, a: int = 3, *args, b=f(1), **rest) -> None:',
		'(self, a: int = 3, *args, b=f(1), **rest) -> None:',
		python,
	],
	['does not judge a language it does not know', 'let ▮', '0 = 1', '0 = 1', { languageId: 'rust' }],
]);

const byHand = { ...python, trigger: 'manual' } as const;

table('dropStrayIndentation', dropStrayIndentation, [
	['drops an indented line below a line at the margin', 'import os\n▮', '    return 1', '', python],
	['drops a line deeper than the one above', 'def f():\n    a = 1\n    ▮', '    b = 2', '', python],
	['drops a line between two depths', 'def f():\n    if a:\n        b()\n▮', '  c()', '', python],
	['drops what could never run', 'def f():\n    return 1\n    ▮', 'b = 2', '', python],
	['drops an indented line where the block was left', 'def f():\n    a = 1\n\n▮', '    b = 2', '', python],
	['keeps it by hand', 'def f():\n    a = 1\n\n▮', '    b = 2', '    b = 2', byHand],
	['keeps it where the block goes on below', 'def f():\n    a = 1\n\n▮\n    c = 3', '    b = 2', '    b = 2', python],
	['keeps the first line of a block', 'def f():\n▮', '    return 1', '    return 1', python],
	['keeps a line of the same depth', 'def f():\n    a = 1\n    ▮', 'return a', 'return a', python],
	['keeps a line further out', 'def f():\n    if a:\n        return 1\n▮', '    return 2', '    return 2', python],
	['keeps the lines of a call', 'call(\n    a,\n▮\n)', '        b', '        b', python],
	['keeps the lines of a long string', 'def f():\n    """Does.\n\n▮', '        more', '        more', python],
	['keeps any depth in other languages', 'a();\n▮', '\tb();', '\tb();'],
]);

table('closeStrings', closeStrings, [
	['takes back a string that does not end', 'print(▮)', 'a, "hello', 'a'],
	['keeps a string that ends', 'print(▮)', '"hello"', '"hello"'],
	['keeps text inside the string around the cursor', 'print("▮")', 'hello', 'hello'],
	['keeps an apostrophe in a comment', '// ▮', "don't do this", "don't do this"],
	['keeps an apostrophe in prose', '▮', "It's what it's", "It's what it's", { languageId: 'plaintext' }],
	['keeps a lifetime', 'fn a▮', "<'a>(x: &'a str)", "<'a>(x: &'a str)", { languageId: 'rust' }],
]);

table('keepIndentation', keepIndentation, [
	['turns four spaces into a tab', '\t▮', 'if a:\n        b\n    c', 'if a:\n\t\tb\n\tc'],
	['turns two spaces into a tab', '▮', 'if (a) {\n  if (b) {\n    c\n  }\n}', 'if (a) {\n\tif (b) {\n\t\tc\n\t}\n}'],
	['turns tabs into spaces', '▮', 'if a:\n\tb\n\t\tc', 'if a:\n    b\n        c', python],
	['keeps the star of a doc comment', '\t▮', '/**\n\t * Adds.\n\t */', '/**\n\t * Adds.\n\t */'],
	['writes the first line of an empty one too', '▮', '    a()', '\ta()'],
	['leaves alignment inside a line', 'a▮', '  = 1;', '  = 1;'],
]);

table('dropUnfinishedEnd', dropUnfinishedEnd, [
	['drops the line that was cut', '▮', 'a();\nb(c', 'a();', cut],
	['drops half a word and the dot before it', 'const a = ▮', 'user.getNam', 'user', cut],
	['drops an argument and its call', 'const a = ▮', 'call(user, getNam', 'call', cut],
	['drops half a block', '▮', 'if (a) {\n\tb();\n\tc', 'if (a)', cut],
	['keeps what is complete', 'const a = ▮', 'user.name', 'user.name'],
	[
		'ends prose at a sentence',
		'▮',
		'It rained all day. We stayed in the hou',
		'It rained all day.',
		{ ...markdown, ...cut },
	],
	['ends prose at a clause', '▮', 'When it rains all day, we st', 'When it rains all day', { ...markdown, ...cut }],
	['ends Chinese at a sentence', '▮', '今天下了一天雨。我们待在家', '今天下了一天雨。', { ...markdown, ...cut }],
	['ends Chinese at a clause', '▮', '因为今天下了一天的大雨，我们', '因为今天下了一天的大雨', { ...markdown, ...cut }],
	['ends Chinese at a word', '▮', '我们今天学习人工智', '我们今天学习人工', { ...markdown, ...cut }],
	[
		'does not take an abbreviation for an end',
		'▮',
		'Use a tool, e.g. a hammer or a sa',
		'Use a tool, e.g. a hammer or a',
		{ ...markdown, ...cut },
	],
]);

table('endOutsideMarkup', endOutsideMarkup, [
	['ends before a link without an end', 'See ▮', 'the docs at [here](http://exa', 'the docs at ', markdown],
	['keeps a whole link', 'See ▮', 'the [docs](http://a.b)', 'the [docs](http://a.b)', markdown],
	['keeps the end of a link that was open', 'See [▮', 'docs](http://a.b)', 'docs](http://a.b)', markdown],
	['ends before inline code without an end', 'Call ▮', 'it with `npm run', 'it with ', markdown],
	['ends before maths without an end', 'Let ▮', 'x be $a + b', 'x be ', markdown],
	['keeps a price', 'It ▮', 'costs $5 a month', 'costs $5 a month', markdown],
	['ends before bold without an end', '▮', 'This is **very imp', 'This is ', markdown],
	['ends a table row at its last bar', '| a | b |\n| ▮', '1 | 2 | 3', '1 | 2 |', markdown],
	['ends before a fence without an end', '▮', 'Run this:\n\n```sh\nnpm start', 'Run this:', markdown],
	['leaves code in a fence alone', '```js\n▮\n```', 'const a = `x', 'const a = `x', markdown],
]);

table('dropTrailingSpace', dropTrailingSpace, [
	['drops space at the end of the line', 'a▮', ' = b;  \n\t', ' = b;'],
	['keeps the space that separates the rest', 'f(▮b)', 'a, ', 'a, '],
	['drops a space before a closing bracket', 'f(▮)', 'a ', 'a'],
]);
