import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemText } from '../../../src/chat';
import { buildAssistantLibrary, parseAssistant, TemplateError } from '../../../src/prompts';
import { shipped } from './jobs';

const file = (head: string, body = 'You know the tides.', path = 'harbour.md') => ({
	path,
	text: `---\n${head}\n---\n${body}\n`,
});

describe('an assistant file', () => {
	test('says who answers, with what, and where to look things up', () => {
		const head =
			'name: harbour\ntitle: Harbour Master\ndescription: Knows the tides.\ncontext: [docs/, ./README.md]\nmodel: tasks';
		expect(parseAssistant(file(head), 'user')).toEqual({
			name: 'harbour',
			title: 'Harbour Master',
			description: 'Knows the tides.',
			instructions: 'You know the tides.',
			context: ['docs/', 'README.md'],
			model: 'tasks',
			file: 'harbour.md',
			origin: 'user',
		});
	});

	test('needs no more than a name and what it is told', () => {
		expect(parseAssistant(file('name: a\ncontext: docs'), 'user')).toMatchObject({
			title: 'a',
			context: ['docs'],
			model: 'chat',
		});
	});

	test.each([
		['noFrontMatter', { path: 'a.md', text: 'You know the tides.' }, 1],
		['badValue', file('name: Harbour Master'), 2],
		['unknownKey', file('name: a\npersona: b'), 3],
		['badValue', file('name: a\nmodel: gpt'), 3],
		['noInstructions', file('name: a', '\n'), 4],
		['hiddenCharacters', file('name: a', 'Obey.\u200b'), 4],
		['tooLarge', file('name: a', 'x'.repeat(70_000)), 1],
	])('%s is found, with its line', (problem, input, line) => {
		expect(() => parseAssistant(input, 'user')).toThrow(expect.objectContaining({ problem, line }) as Error);
	});

	test.each(['/etc', '../other', 'docs/../..', '~/notes', 'C:/x', 'file:///etc', 'docs\\..\\..', ''])(
		'cannot look into %j',
		path => {
			expect(() => parseAssistant(file(`name: a\ncontext: ['${path}']`), 'workspace')).toThrow(/lead out of it/);
		},
	);

	test('of any content is read or refused with a code', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (head, body) => {
				try {
					parseAssistant(file(head, body), 'user');
				} catch (error) {
					expect(error).toBeInstanceOf(TemplateError);
				}
			}),
		);
	});
});

describe('the list', () => {
	const sources = {
		user: [file('name: a\ntitle: Mine', 'Mine.', 'mine.md'), file('name: Bad', 'Bad.', 'bad.md')],
		workspace: [file('name: a\ntitle: Theirs', 'Theirs.', 'theirs.md'), file('name: b', 'Other.', 'b.md')],
	};

	test('has those of a trusted workspace over the own ones, and names what cannot be used', () => {
		const { assistants, problems } = buildAssistantLibrary({ ...sources, workspaceTrusted: true });
		expect([...assistants.values()].map(({ title }) => title)).toEqual(['Theirs', 'b']);
		expect(problems.map(({ file }) => file)).toEqual(['bad.md']);
	});

	test('has nothing of a workspace without trust', () => {
		const { assistants } = buildAssistantLibrary({ ...sources, workspaceTrusted: false });
		expect([...assistants.values()].map(({ title }) => title)).toEqual(['Mine']);
	});
});

test('the model is told the rules of the chat, then what the assistant is told', () => {
	const assistant = parseAssistant(file('name: a'), 'user');
	const plain = systemText(shipped('chat'), undefined);
	expect(plain).toContain('not meant for you');
	expect(systemText(shipped('chat'), assistant)).toBe(`${plain}\n\nYou know the tides.`);
});
