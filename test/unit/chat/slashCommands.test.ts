import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	completeSlashCommand,
	expandSlashCommand,
	listSlashCommands,
	resolveSlashCommand,
	slashCommandNames,
	type SlashCommandWords,
	type SlashInput,
} from '../../../src/chat';
import { buildTemplateLibrary, findTemplate } from '../../../src/prompts';
import { shipped } from '../prompts/jobs';

const templateFiles = ['summarize', 'translate', 'continue', 'explain', 'fix', 'document', 'tests', 'rewrite', 'chat'];
const own = `---\nname: haiku\ntitle: Haiku\ndescription: Five, seven, five.\n---\n# User\nA haiku about {{text}}\n`;
const library = buildTemplateLibrary({
	builtIn: [],
	user: [{ path: 'haiku.md', text: own }],
	workspace: [],
	workspaceTrusted: false,
});
const all = {
	...library,
	templates: new Map([...templateFiles.map(name => [name, shipped(name)] as const), ...library.templates]),
};
const words = Object.fromEntries(
	slashCommandNames.map(name => [name, { title: name, help: `Does ${name}.` }]),
) as SlashCommandWords;
const commands = listSlashCommands(all, words);

function command(input: string): Extract<SlashInput, { kind: 'command' }> {
	const resolved = resolveSlashCommand(input, commands);
	if (resolved.kind !== 'command') throw new Error(`${input} is no command`);
	return resolved;
}

const expand = (input: string, text = '', file = ''): string | undefined => {
	const found = command(input);
	return expandSlashCommand(found, findTemplate(all, found.command.template), { text, file });
};

describe('the list', () => {
	test('has the eight that ship, then the templates of the user', () => {
		expect(commands.map(({ name }) => name)).toEqual([...slashCommandNames, 'haiku']);
		expect(commands.at(-1)).toMatchObject({ title: 'Haiku', help: 'Five, seven, five.' });
	});

	test('completes what was typed while it is only a name', () => {
		expect(completeSlashCommand('/t', commands).map(({ name }) => name)).toEqual(['translate', 'tests']);
		expect(completeSlashCommand('/', commands)).toHaveLength(9);
		expect(completeSlashCommand('/tests now', commands)).toEqual([]);
	});
});

describe('reading a message', () => {
	test.each(['/usr/bin/env is missing', 'not /fix this', '// a comment', '/', '/Fix'])('%s is a message', text => {
		expect(resolveSlashCommand(text, commands)).toEqual({ kind: 'message', text });
	});

	test('a name that does not exist is named, with what may have been meant', () => {
		expect(resolveSlashCommand('/translat this', commands)).toMatchObject({
			kind: 'unknown',
			name: 'translat',
			closest: { name: 'translate' },
		});
	});

	test.each([
		['/translate zh-CN Good morning', 'zh-CN', 'Good morning'],
		['/translate to German: Good morning', 'de', 'Good morning'],
		['/translate 日本語 Good morning', 'ja', 'Good morning'],
		['/translate Englishmen are here', undefined, 'Englishmen are here'],
		['/translate', undefined, ''],
	])('%s', (input, language, rest) => {
		expect(command(input)).toMatchObject({ rest, values: language === undefined ? {} : { language } });
	});

	test('every command takes back what stands behind it, and other text stays as it is', () => {
		fc.assert(
			fc.property(fc.constantFrom(...commands), fc.string(), fc.boolean(), (one, text, isCommand) => {
				if (!isCommand) {
					const resolved = resolveSlashCommand(text, commands);
					if (!/^\s*\//.test(text)) expect(resolved).toEqual({ kind: 'message', text });
				} else if (one.name !== 'translate') expect(command(`/${one.name} ${text}`).rest).toBe(text.trim());
			}),
		);
	});
});

describe('what a command asks', () => {
	test('words behind it are the text where nothing is selected, else the wish', () => {
		expect(expand('/explain let a = 1')).toContain('let a = 1');
		const withWish = expand('/explain why not const?', 'let a = 1', 'a.ts');
		expect(withWish).toContain('why not const?');
		expect(withWish).toContain('<source name="a.ts">\nlet a = 1\n</source>');
	});

	test('words behind Summarize and Translate are always the text', () => {
		expect(expand('/summarize The long story.', 'selected')).not.toContain('selected');
	});

	test('without any text it asks nothing', () => {
		for (const name of slashCommandNames) expect(expand(`/${name}`, ' \n')).toBeUndefined();
	});

	test('no text can use the names of the template', () => {
		fc.assert(
			fc.property(fc.string({ minLength: 1 }), text => {
				const planted = `{{wish}}{{language}}${text}`;
				expect(expand('/fix', planted)).toContain(planted);
			}),
		);
	});
});
