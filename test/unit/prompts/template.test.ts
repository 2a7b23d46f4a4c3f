import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildTemplateLibrary, findTemplate, parseTemplate, renderTemplate, TemplateError } from '../../../src/prompts';
import { renderCombine } from '../../../src/prompts/template';

const head = '---\nname: greet\nvalues:\n  mood: kind\n---\n';
const parse = (text: string) => parseTemplate({ path: 'greet.md', text }, 'user');

function problemOf(text: string): TemplateError {
	try {
		parse(text);
	} catch (error) {
		if (error instanceof TemplateError) return error;
		throw error;
	}
	throw new Error('The template was accepted.');
}

describe('a template file', () => {
	test('becomes a system and a user message with the values put in', () => {
		const template = parse(`${head}# System\n\nBe {{mood}}.\n\n# User\n\n{{ text }}!\n`);
		expect(renderTemplate(template, { text: 'Hello' })).toEqual([
			{ role: 'system', text: 'Be kind.' },
			{ role: 'user', text: 'Hello!' },
		]);
	});

	test('may hold examples, which stay in order before the task', () => {
		const template = parse(`${head}# User\nA\n# Assistant\nB\n# User\n{{text}}`);
		expect(renderTemplate(template, { text: 'C' }).map(message => message.text)).toEqual(['A', 'B', 'C']);
	});

	test('may say how partial answers are put together', () => {
		const template = parse(`${head}# System\nS\n# User\n{{text}}\n# Combine\nMerge {{text}}`);
		expect(renderCombine(template, { text: 'a b' })).toEqual([
			{ role: 'system', text: 'S' },
			{ role: 'user', text: 'Merge a b' },
		]);
		expect(renderTemplate(template, { text: 'x' }).at(-1)?.text).toBe('x');
	});

	test('takes a heading inside a code fence, or behind a backslash, as text', () => {
		const template = parse(`${head}# User\n\`\`\`\n# User\n\`\`\`\n\\# System\n{{text}}`);
		expect(template.messages).toHaveLength(1);
		expect(template.messages[0]?.text).toContain('\n# System\n');
	});

	test('keeps braces behind a backslash', () => {
		expect(renderTemplate(parse(`${head}# User\n\\{{mood}} {{text}}`), { text: 'x' })[0]?.text).toBe('{{mood}} x');
	});

	test('works with Windows line ends and a byte order mark', () => {
		expect(parse(`\uFEFF${head}# User\n{{text}}`.replaceAll('\n', '\r\n')).name).toBe('greet');
	});

	test('never expands placeholders inside a value', () => {
		const template = parse(`${head}# User\n<{{text}}|{{mood}}>`);
		fc.assert(
			fc.property(fc.string(), fc.constantFrom('{{mood}}', '{{text}}', '$&', '$1', '\\{{mood}}'), (noise, payload) => {
				const text = noise + payload + noise;
				expect(renderTemplate(template, { text })[0]?.text).toBe(`<${text}|kind>`);
			}),
		);
	});
});

describe('a broken template is refused with its line', () => {
	test.each([
		['noFrontMatter', 1, 'Hello'],
		['noFrontMatter', 1, '---\nname: x\n'],
		['badYaml', 4, '---\nname: a\nvalues: [x\ntitle: y\n---\n# User\n{{text}}'],
		['badYaml', 2, '---\njust words\n---\n# User\n{{text}}'],
		['unknownKey', 3, '---\nname: a\nmodel: gpt\n---\n# User\n{{text}}'],
		['badValue', 2, '---\nname: Not A Name\n---\n# User\n{{text}}'],
		['badValue', 1, '---\ntitle: a\n---\n# User\n{{text}}'],
		['badValue', 3, '---\nname: a\ntemperature: 9\n---\n# User\n{{text}}'],
		['badValue', 3, '---\nname: a\nmaxTokens: 1.5\n---\n# User\n{{text}}'],
		['badValue', 3, '---\nname: a\nvalues: [1]\n---\n# User\n{{text}}'],
		['badValue', 3, '---\nname: a\nvalues:\n  __proto__: x\n---\n# User\n{{text}}'],
		['badValue', 3, '---\nname: a\nlongText: cut\n---\n# User\n{{text}}'],
		['badSection', 4, '---\nname: a\n---\nHello\n# User\n{{text}}'],
		['badSection', 4, '---\nname: a\n---\n# User\na\n# User\n{{text}}'],
		['noUserSection', 4, '---\nname: a\n---\n# System\n{{text}}'],
		['noText', 4, '---\nname: a\n---\n# User\nHello'],
		['unknownName', 6, '---\nname: a\n---\n# User\n{{text}}\n{{mod}}'],
		['hiddenCharacters', 5, '---\nname: a\n---\n# User\n{{text}}\u202Eevil'],
	])('%s at line %i', (problem, line, text) => {
		const error = problemOf(text);
		expect([error.problem, error.line, error.code]).toEqual([problem, line, 'badRequest']);
		expect(error.message).toMatch(/^greet\.md:\d+: .+\.$/);
	});

	test('also when it is enormous', () => {
		expect(problemOf(head + 'x'.repeat(70_000)).problem).toBe('tooLarge');
	});

	test('and no text at all makes the reader throw anything else', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.boolean(), (text, withHead) => {
				try {
					parse(withHead ? head + text : text);
				} catch (error) {
					expect(error).toBeInstanceOf(TemplateError);
				}
			}),
		);
	});
});

describe('the library', () => {
	const file = (path: string, name: string, body = '{{text}}') => ({
		path,
		text: `---\nname: ${name}\n---\n# User\n${body}`,
	});
	const none = { builtIn: [], user: [], workspace: [], workspaceTrusted: true };

	test('prefers the workspace to the user to what ships', () => {
		const layers = {
			builtIn: [file('b.md', 'a'), file('c.md', 'only')],
			user: [file('u.md', 'a')],
			workspace: [file('w.md', 'a')],
		};
		const trusted = buildTemplateLibrary({ ...layers, workspaceTrusted: true });
		expect(findTemplate(trusted, 'a').origin).toBe('workspace');
		expect(findTemplate(trusted, 'only').origin).toBe('builtIn');
	});

	test('ignores the files of a workspace that is not trusted', () => {
		const library = buildTemplateLibrary({
			...none,
			user: [file('u.md', 'a')],
			workspace: [file('w.md', 'a')],
			workspaceTrusted: false,
		});
		expect(findTemplate(library, 'a').origin).toBe('user');
		expect(library.problems).toEqual([]);
	});

	test('keeps the working template when a file meant to replace it is broken, and reports the file', () => {
		const library = buildTemplateLibrary({
			...none,
			builtIn: [file('b.md', 'a')],
			user: [file('u.md', 'a', 'no use of it')],
		});
		expect(findTemplate(library, 'a').origin).toBe('builtIn');
		expect(library.problems.map(problem => [problem.file, problem.problem])).toEqual([['u.md', 'noText']]);
	});

	test('reports two files of one name in one folder', () => {
		const library = buildTemplateLibrary({ ...none, user: [file('2.md', 'a'), file('1.md', 'a')] });
		expect(findTemplate(library, 'a').file).toBe('1.md');
		expect(library.problems.map(problem => problem.problem)).toEqual(['duplicate']);
	});

	test('says which templates there are when one is missing', () => {
		expect(() => findTemplate(buildTemplateLibrary({ ...none, builtIn: [file('b.md', 'a')] }), 'z')).toThrow(
			/"z".*Known: a\./,
		);
	});
});

describe('the templates that ship', () => {
	const names = ['chat', 'continue', 'document', 'explain', 'fix', 'rewrite', 'summarize', 'tests', 'translate'];
	const files = names.map(name => ({
		path: `media/prompts/${name}.md`,
		text: readFileSync(new URL(`../../../media/prompts/${name}.md`, import.meta.url), 'utf8'),
	}));
	const library = buildTemplateLibrary({ builtIn: files, user: [], workspace: [], workspaceTrusted: false });

	test('are all valid', () => {
		expect(library.problems).toEqual([]);
		expect([...library.templates.keys()].sort()).toEqual(names);
	});

	test('name the target language in words', () => {
		const messages = renderTemplate(findTemplate(library, 'translate'), { text: 'Hello', language: 'zh-CN' });
		expect(messages.every(message => message.text.includes('Simplified Chinese'))).toBe(true);
		expect(renderTemplate(findTemplate(library, 'summarize'), { text: 'x' })[1]?.text).toContain(
			'in the language of the text',
		);
	});
});
