import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { snapshotOf, type DocumentSnapshot } from '../../../src/completions';
import { commentEdit, enclosingDeclaration, sourceOf, textIn } from '../../../src/completions/docComments';
import { accepted, positionOf, requestAt } from '../../helpers/cursorMark';

const extensions: Record<string, string> = { typescript: 'ts', python: 'py', java: 'java', go: 'go', rust: 'rs' };

function documentOf(marked: string, languageId: string): { document: DocumentSnapshot; line: number } {
	const text = marked.replace('▮', '');
	const offset = Math.max(0, marked.indexOf('▮'));
	return {
		document: snapshotOf(text, languageId, extensions[languageId] ?? ''),
		line: positionOf(text, offset).line,
	};
}

/** The source of the declaration around the ▮. */
function sourceAt(marked: string, languageId = 'typescript'): string | undefined {
	const { document, line } = documentOf(marked, languageId);
	const declaration = enclosingDeclaration(document, line);
	return declaration && sourceOf(document, declaration);
}

/** The document after the answer became the doc comment of the declaration around the ▮. */
function commented(marked: string, answer: string, languageId = 'typescript', spaces?: number) {
	const { document, line } = documentOf(marked, languageId);
	const declaration = enclosingDeclaration(document, line);
	const indentation = { insertSpaces: spaces !== undefined, tabSize: spaces ?? 4 };
	const edit = declaration && commentEdit(document, declaration, answer, indentation);
	if (!edit) return undefined;
	const request = { ...requestAt(''), document };
	return { text: accepted(request, edit).replace('▮', ''), edit, document };
}

describe('finds the declaration at the cursor', () => {
	test.each([
		['a function', 'a();\n\nfunction one() {\n\treturn ▮1;\n}\n\nb();', 'function one() {\n\treturn 1;\n}'],
		['an exported async function', 'export async function one▮() {\n}', 'export async function one() {\n}'],
		[
			'a default export without a name',
			'export default function ▮() {\n\ta();\n}',
			'export default function () {\n\ta();\n}',
		],
		['a function of one line', 'function one() { return 1; }▮\nconst a = 2;', 'function one() { return 1; }'],
		['the inner of two', 'class A {\n\tone() {\n\t\t▮a();\n\t}\n\ttwo() {}\n}', 'one() {\n\ta();\n}'],
		[
			'the class between two methods',
			'class A {\n\tone() {}\n▮\n\ttwo() {}\n}',
			'class A {\n\tone() {}\n\ttwo() {}\n}',
		],
		[
			'an arrow function',
			'export const one = (a: number): number =>\n\ta ▮+ 1;\n\nb();',
			'export const one = (a: number): number =>\n\ta + 1;',
		],
		[
			'a property with an arrow function',
			'class A {\n\tprivate run = async (a: B) => {\n\t\t▮\n\t};\n}',
			'private run = async (a: B) => {\n};',
		],
		[
			'a method with a return type on many lines',
			'class A {\n\tone(\n\t\ta: string,\n\t): { b: string } {\n\t\treturn ▮c;\n\t}\n}',
			'one(\n\ta: string,\n): { b: string } {\n\treturn c;\n}',
		],
		['a brace on a line of its own', 'function one()\n{\n\ta(▮);\n}\nb();', 'function one()\n{\n\ta();\n}'],
		['from its comment, which is left out', '/** On▮e. */\nfunction one() {}\n', 'function one() {}'],
		['from its decorator', '@Injectable()▮\nexport class A {}', 'export class A {}'],
		['from a blank line above its comment not', 'a();\n▮\n/** One. */\nfunction one() {}', undefined],
		['in a call with a callback none', "test('a', () => {\n\ta(▮);\n});", undefined],
		['in an if none', 'if (a) {\n\tb(▮);\n}', undefined],
		[
			'past a brace in a string and a template',
			'function one() {\n\treturn "}" + `\n}` ▮;\n}\nb();',
			'function one() {\n\treturn "}" + `\n}` ;\n}',
		],
	])('in TypeScript: %s', (_, marked, source) => {
		expect(sourceAt(marked)).toBe(source);
	});

	test.each([
		['a function', 'def one(a):\n    b = 1\n\n    return ▮b\n\nc()', 'def one(a):\n    b = 1\n    return b'],
		[
			'a method without its docstring',
			'class A:\n    async def one(self):\n        """One.\n\n        More.\n        """\n        return ▮1\n',
			'async def one(self):\n    return 1',
		],
		[
			'the class',
			'class A(B):\n    """A."""\n\n    x = 1▮\n\n    def one(self): pass',
			'class A(B):\n    x = 1\n    def one(self): pass',
		],
		[
			'parameters on many lines',
			'def one(\n    a: str = ":",\n) -> dict[str, int]:\n    return ▮{}\n',
			'def one(\n    a: str = ":",\n) -> dict[str, int]:\n    return {}',
		],
		['from its decorator', '@cache▮\n@wraps(a)\ndef one():\n    pass\n', 'def one():\n    pass'],
		['outside of any none', 'def one():\n    pass\n\nx = 1▮', undefined],
	])('in Python: %s', (_, marked, source) => {
		expect(sourceAt(marked, 'python')).toBe(source);
	});

	test.each([
		[
			'java',
			'class A {\n\t@Override\n\tpublic List<String> one(int a) throws B {\n\t\treturn ▮c(a);\n\t}\n}',
			'public List<String> one(int a) throws B {\n\treturn c(a);\n}',
		],
		[
			'go',
			'// One is.\nfunc (a *A) One(b int) (int, error) {\n\treturn b▮, nil\n}\n',
			'func (a *A) One(b int) (int, error) {\n\treturn b, nil\n}',
		],
		[
			'rust',
			'#[inline]\npub async fn one<T: Into<U>>(a: T) -> U\nwhere\n    T: Copy,\n{\n    a.into()▮\n}\n',
			'pub async fn one<T: Into<U>>(a: T) -> U\nwhere\n    T: Copy,\n{\n    a.into()\n}',
		],
	])('in %s', (languageId, marked, source) => {
		expect(sourceAt(marked, languageId)).toBe(source);
	});
});

describe('writes the comment where it belongs', () => {
	test.each([
		['above a function', 'a();\nfunction one▮() {}\n', 'a();\n/** Does one. */\nfunction one() {}\n'],
		[
			'above decorators',
			'class A {\n\t@Input({\n\t\ta: 1,\n\t})\n\t@B() one▮() {}\n}',
			'class A {\n\t/** Does one. */\n\t@Input({\n\t\ta: 1,\n\t})\n\t@B() one() {}\n}',
		],
		['at the indentation of a method', 'class A {\n  one▮() {}\n}', 'class A {\n  /** Does one. */\n  one() {}\n}'],
		[
			'with the line ends of the document',
			'a();\r\nexport default async function one▮() {}\r\n',
			'a();\r\n/** Does one. */\r\nexport default async function one() {}\r\n',
		],
		['instead of an empty one', '/**\n *\n */\nfunction one▮() {}', '/** Does one. */\nfunction one() {}'],
	])('%s', (_, marked, expected) => {
		const result = commented(marked, 'Does one.');
		expect(result?.text).toBe(expected);
		expect(result?.edit.replacesWords).toBe(false);
	});

	test.each([
		['below a def', 'def one▮():\n    return 1\n', 'def one():\n    """Does one."""\n    return 1\n'],
		[
			'with tabs',
			'class A:\n\tdef one▮(self):\n\t\treturn 1\n',
			'class A:\n\tdef one(self):\n\t\t"""Does one."""\n\t\treturn 1\n',
		],
		[
			'below parameters on many lines',
			'def one(\r\n    a,▮\r\n) -> int:  # why\r\n    return 1\r\n',
			'def one(\r\n    a,\r\n) -> int:  # why\r\n    """Does one."""\r\n    return 1\r\n',
		],
		[
			'and moves the body of one line',
			'def one(a=":"▮): return a\n',
			'def one(a=":"):\n    """Does one."""\n    return a\n',
		],
		[
			'below a class with type parameters',
			'class Box▮[T](Base):\n    x: T\n',
			'class Box[T](Base):\n    """Does one."""\n    x: T\n',
		],
		['without a body yet', 'class A▮:', 'class A:\n    """Does one."""'],
	])('in Python %s', (_, marked, expected) => {
		expect(commented(marked, 'Does one.', 'python', 4)?.text).toBe(expected);
	});

	test('in the style of Go and Rust', () => {
		expect(commented('func One▮() {}\n', 'One does.', 'go')?.text).toBe('// One does.\nfunc One() {}\n');
		const rust = 'impl A {\n    #[inline]\n    pub fn one▮() {}\n}\n';
		expect(commented(rust, 'Does.', 'rust')?.text).toContain('{\n    /// Does.\n    #[inline]\n    pub fn');
	});

	test('and says when words of another comment would be lost', () => {
		const block = commented('/**\n * Old words.\n */\nfunction one▮() {}', 'New.');
		expect(block?.text).toBe('/** New. */\nfunction one() {}');
		expect(block?.edit.replacesWords).toBe(true);
		expect(block && textIn(block.document, block.edit.range)).toBe('/**\n * Old words.\n */');
		const docstring = commented("def one▮():\n    '''Old.'''\n    return 1\n", 'New.', 'python', 4);
		expect(docstring).toMatchObject({
			text: 'def one():\n    """New."""\n    return 1\n',
			edit: { replacesWords: true },
		});
	});

	test('over several lines where one is too long, tags on lines of their own', () => {
		const long = `${'word '.repeat(24)}end.\n\n@param a - the a`;
		const text = commented('class A {\n\tone▮(a: string) {}\n}', long)?.text ?? '';
		const lines = text.split('\n');
		expect(lines.slice(1, 3)).toEqual(['\t/**', expect.stringMatching(/^\t \* word/)]);
		expect(text).toContain('end.\n\t *\n\t * @param a - the a\n\t */\n\tone');
		for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
	});

	test.each([
		['a comment of its own', '/** Does it. */'],
		['a comment on many lines', '/**\n * Does it.\n */'],
		['a docstring', '"""Does it."""'],
		['a fence', '```js\n// Does it.\n```'],
		['line ends of another system', '  Does it.\r\n'],
	])('without %s around the words', (_, answer) => {
		expect(commented('function one▮() {}', answer)?.text).toBe('/** Does it. */\nfunction one() {}');
	});

	test('never for an answer without words', () => {
		for (const answer of ['', ' \n', '/** */', '...']) expect(commented('function one▮() {}', answer)).toBeUndefined();
	});
});

/** The tokens of a script, comments and white space passed over. */
function code(text: string): readonly string[] {
	const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
	const tokens: string[] = [];
	while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) tokens.push(scanner.getTokenText());
	return tokens;
}

describe('whatever the words', () => {
	const words = fc.oneof(
		fc.string({ unit: 'binary', maxLength: 200 }),
		fc.string({ unit: fc.constantFrom('*', '/', '"', "'", '\\', ' ', '\n', 'a', '`', '。', '#'), maxLength: 60 }),
	);

	test('a script keeps its statements, and undoing the edit gives the document back', () => {
		const sources = [
			'function one▮() {}\nlet a = 1;\n',
			'class A {\r\n\tone▮() { return "*/"; }\r\n}\r\n',
			'@b() class A▮ {}',
		];
		fc.assert(
			fc.property(words, fc.constantFrom(...sources), (answer, marked) => {
				const result = commented(marked, answer);
				if (!result) return;
				expect(code(result.text)).toEqual(code(marked.replace('▮', '')));
				expect(result.text.replace(result.edit.text, () => '')).toBe(marked.replace('▮', ''));
			}),
		);
	});

	test('a docstring ends where it was meant to end', () => {
		fc.assert(
			fc.property(words, answer => {
				const result = commented('def one▮():\n    return 1\n', answer, 'python', 4);
				if (!result) return;
				const { document } = documentOf(result.text, 'python');
				expect(sourceOf(document, enclosingDeclaration(document, 0)!)).toBe('def one():\n    return 1');
				const again = commentEdit(document, enclosingDeclaration(document, 0)!, 'New.', {
					insertSpaces: true,
					tabSize: 4,
				});
				expect(accepted({ ...requestAt(''), document }, again!).replace('▮', '')).toBe(
					'def one():\n    """New."""\n    return 1\n',
				);
			}),
		);
	});
});
