import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const json = (file: string): Record<string, string> => JSON.parse(read(file)) as Record<string, string>;

interface Manifest {
	readonly contributes: {
		readonly commands: readonly { readonly command: string; readonly category: string; readonly title: string }[];
		readonly configuration: readonly { readonly properties: Readonly<Record<string, Setting>> }[];
		readonly keybindings: readonly { readonly key: string; readonly when?: string }[];
		readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
	};
}
interface Setting {
	readonly scope?: string;
	readonly order?: number;
	readonly default?: unknown;
	readonly markdownDescription?: string;
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const commands = manifest.contributes.commands.map(command => command.command);
const settings = Object.assign({}, ...manifest.contributes.configuration.map(section => section.properties)) as Record<
	string,
	Setting
>;

const editorSource = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
	.filter(file => /^(editor[\\/].*|extension)\.ts$/.test(file.split(sep).join('/')))
	.map(file => read(join('src', file)))
	.join('\n');

const matches = (pattern: RegExp): string[] => [
	...new Set([...editorSource.matchAll(pattern)].map(match => match[1]!)),
];

describe('commands', () => {
	test('every command of the manifest is registered, and the other way round', () => {
		const registered = matches(/registerCommand\(\s*'(inkling\.[\w.]+)'/g);
		expect(registered.sort()).toEqual([...commands].sort());
	});

	test('commands are named inkling.<area>.<verb> in one category', () => {
		for (const { command, category } of manifest.contributes.commands) {
			expect(command).toMatch(/^inkling\.[a-z]+\.[a-zA-Z]+$/);
			expect(category).toBe('Inkling');
		}
	});

	test('menus offer only commands that exist', () => {
		const offered = Object.values(manifest.contributes.menus)
			.flat()
			.flatMap(item => (item.command ? [item.command] : []));
		expect(offered.filter(command => !commands.includes(command))).toEqual([]);
	});

	test('code runs only commands that exist', () => {
		const run = matches(/'(inkling\.[a-z]+\.[a-zA-Z]+)'/g).filter(name => !(name in settings));
		expect(run.filter(command => !commands.includes(command))).toEqual([]);
	});

	test('every key binding has a condition and none takes Ctrl+Alt+letter', () => {
		for (const { key, when } of manifest.contributes.keybindings) {
			expect(when).toBeTruthy();
			expect(key).not.toMatch(/ctrl\+alt\+[a-z]$/);
		}
	});
});

describe('settings', () => {
	test('every setting of the manifest is read in settings.ts, and the other way round', () => {
		const source = read('src/editor/settings.ts');
		const sections = [
			...source.matchAll(/'((?:models?|completion|prompts|server|network|serving|chat)\.[\w.]+|enable)'/g),
		].map(match => `inkling.${match[1]!}`);
		expect([...new Set(sections)].sort()).toEqual(Object.keys(settings).sort());
	});

	test('every setting has a default, a scope, an order and a localised description', () => {
		for (const [name, setting] of Object.entries(settings)) {
			expect(setting, name).toHaveProperty('default');
			expect(setting.scope, name).toBeTruthy();
			expect(setting.order, name).toBeTypeOf('number');
			expect(setting.markdownDescription, name).toMatch(/^%.+%$/);
		}
	});

	test('what decides what runs on this machine cannot be set by a workspace', () => {
		const deciding = Object.entries(settings).filter(([name]) =>
			/\.(models?|prompts|server|network|serving|chat)\./.test(name),
		);
		expect(deciding.length).toBeGreaterThan(0);
		const open = deciding.filter(([, setting]) => setting.scope !== 'machine').map(([name]) => name);
		// A workspace may say what must not leave it: its list adds to the user's own, see settings.ts.
		expect(open).toEqual(['inkling.server.neverSend']);
	});
});

describe('texts', () => {
	const english = json('package.nls.json');
	const chinese = json('package.nls.zh-cn.json');

	test('every key of the manifest is in package.nls.json, and the other way round', () => {
		const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(match => match[1]!);
		expect([...new Set(used)].sort()).toEqual(Object.keys(english).sort());
	});

	test('English and Simplified Chinese have the same keys', () => {
		expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
		for (const text of Object.values(chinese)) expect(text).toMatch(/\p{Script=Han}/u);
	});

	test('every text of the code has a Simplified Chinese translation, and none is left over', () => {
		const texts = matches(/\bt\(\s*'((?:[^'\\]|\\.)*)'/g).map(text => text.replaceAll("\\'", "'"));
		const bundle = json('l10n/bundle.l10n.zh-cn.json');
		expect(texts.filter(text => !(text in bundle))).toEqual([]);
		expect(Object.keys(bundle).filter(text => !texts.includes(text))).toEqual([]);
		const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
		for (const [text, translation] of Object.entries(bundle))
			expect(placeholders(translation), text).toEqual(placeholders(text));
	});
});
