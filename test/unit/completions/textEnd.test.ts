import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../../src/completions/place';
import { lastEndOf } from '../../../src/completions/textEnd';
import { requestAt, type CursorOptions } from '../../helpers/cursorMark';

/** In a text of the model: it was sure of what stands before. */
const sureMark = '┊';

function ended(marked: string, text: string, options: CursorOptions = {}): string {
	const most = text.indexOf(sureMark);
	const whole = text.replace(sureMark, '');
	return whole.slice(0, lastEndOf(whole, most, placeOf(requestAt(marked, options))));
}

type Row = readonly [title: string, marked: string, text: string, expected: string, options?: CursorOptions];

function table(name: string, rows: readonly Row[]): void {
	describe(name, () => {
		for (const [title, marked, text, expected, options] of rows) {
			test(title, () => expect(ended(marked, text, options)).toBe(expected));
		}
	});
}

const of = (languageId: string): CursorOptions => ({ languageId });

table('a text that goes on may end', [
	['after a word', 'const a = ▮', 'user┊.name;', 'user'],
	['not within a word', 'const a = ▮', 'user.na┊me;', 'user'],
	['not after an operator, a comma or a dot', 'const a = ▮', 'b + c, ┊d', 'b + c'],
	['not after a dot', 'const a = ▮', 'user.┊name', 'user'],
	['after a call', 'const a = ▮', 'get(1)┊.name', 'get(1)'],
	['not after a word that needs another', 'const a ▮', '= new ┊Map()', ''],
	['not after a word that needs another and begins before', 'for (const a o▮', 'f ┊list)', ''],
	['not within a number', 'a = ▮', '3┊.14;', ''],
	['not within a name with dashes', '.▮', 'button┊-primary {', '', of('css')],
	['not in an arrow', 'sort(▮)', 'a =>┊ a.b', 'a'],
	['after an empty pair', 'a = ▮', 'f()┊ + 1', 'f()'],
]);

table('what the text itself opens is closed, or was never opened', [
	['a call with a function', 'return invoices.filter▮', '(invoice => invoice┊.total > 5)', ''],
	['a call with parameters in brackets', 'prices.▮', 'reduce((sum, line) => sum┊ + line, 0)', 'reduce'],
	['within the brackets of the document', 'prices.reduce(▮)', '(sum, line) => sum┊ + line, 0', '(sum, line) => sum'],
	['a call with a type', 'list = ▮', 'append(Reading┊{})', 'append', of('go')],
	['a block', 'if▮', ' (ready) {┊\n\tgo();\n}', ' (ready)'],
	['a string', 'print(▮)', 'name, "hello┊ world"', 'name'],
	['a template string', 'a = ▮', 'b + `c ${d┊}`', 'b'],
	['a comment', 'a();▮', ' /* as ┊said */', ''],
	['a comment to the end of the line', 'a();▮', ' // as ┊said', ' // as'],
	['type arguments', 'const a: ▮', 'Map<string┊, number>', 'Map'],
	['type arguments that end', 'const a: ▮', 'Map<string, number>┊ = b', 'Map<string, number>'],
	['a tag', '▮', '<div class="a"┊ id="b">', '', of('html')],
	['a tag that ends', '▮', '<div class="a">┊ text', '<div class="a">', of('html')],
	['no comparison', 'a = ▮', '(b <c) && d┊ && e', '(b <c) && d'],
	['no shift', 'std::▮', 'cout << a┊ << b', 'cout << a', of('cpp')],
]);

table('below the first line it ends after whole lines', [
	['before a half line', '▮', 'a();\nb();\nc(┊1);', 'a();\nb();'],
	['not within a block', '▮', 'if (a) {\n\tb();\n\tc();┊\n}', 'if (a)'],
	['after a block', '▮', 'if (a) {\n\tb();\n}\nc┊();', 'if (a) {\n\tb();\n}'],
	['not within a block that a word ends', '▮', 'for a in b do\n\tc()┊\nend', 'for a in b', of('lua')],
	['not before the end of a block', '▮', 'list.each do |a|\n  b\nend\n┊c', 'list.each do |a|\n  b\nend', of('ruby')],
	['not before the other branch', '▮', 'if a\n  b┊\nelse\n  c\nend', 'if a', of('ruby')],
	[
		'anywhere where indentation is all',
		'▮',
		'if a:\n    b()\n    c()┊\n    d()',
		'if a:\n    b()\n    c()',
		of('python'),
	],
	['after the line that opens such a block', '▮', 'if a:┊\n    b()', 'if a:', of('python')],
	['not after an empty line', '▮', 'a();\n\n┊b();', 'a();'],
]);

const prose = of('plaintext');
table('prose ends after words', [
	['not within one', 'It ▮', 'runs in a proc┊ess of its own', 'runs in a', prose],
	['without a comma', 'It ▮', 'runs, ┊as said', 'runs', prose],
	['not within "don\'t"', 'We ▮', "don'┊t know", '', prose],
	['not within "well-known"', 'A ▮', 'very well┊-known fact', 'very', prose],
	['of Chinese, which a dictionary tells apart', '推理▮', '引擎运行在单独的进┊程里', '引擎运行在单独的', prose],
	['at the end of a Chinese sentence', '推理▮', '引擎重新启动。┊之后', '引擎重新启动。', prose],
	['of Chinese beside Latin', '使用▮', ' Python ┊语言', ' Python', prose],
]);

test('whatever the text, no bracket of its own stays open and the end is no further than asked for', () => {
	const piece = fc.constantFrom('a', 'foo', ' ', '\n', '\n\t', '(', ')', '[', ']', '{', '}', ';', ', ', '=>', '数据');
	fc.assert(
		fc.property(
			fc.array(piece, { maxLength: 24 }),
			fc.nat(40),
			fc.constantFrom('typescript', 'python', 'plaintext'),
			(pieces, most, languageId) => {
				const text = pieces.join('');
				const at = lastEndOf(text, Math.min(most, text.length), placeOf(requestAt('x▮', of(languageId))));
				expect(at).toBeLessThanOrEqual(most);
				let open = 0;
				for (const character of text.slice(0, at)) {
					if ('([{'.includes(character)) open++;
					else if (')]}'.includes(character)) open = Math.max(0, open - 1);
				}
				expect(open).toBe(0);
			},
		),
	);
});
