import { expect, test } from 'vitest';
import { userValue } from '../../src/editor/userValue';

/** S4: a repository cannot redirect us. Wherever it writes, VS Code hands its value out under one of these names, whether the workspace
 * is trusted or not, dotted or nested; test/editor/servers.test.ts has the real files. */
const places = [
	'workspaceValue',
	'workspaceFolderValue',
	'defaultLanguageValue',
	'globalLanguageValue',
	'workspaceLanguageValue',
	'workspaceFolderLanguageValue',
];
const evil = 'http://evil.test/v1';

test.each(places)('%s has no say, alone', place => {
	expect(userValue({ defaultValue: '', [place]: evil })).toBe('');
});

test('nor have all of them together against what the user set', () => {
	const everywhere = Object.fromEntries(places.map(place => [place, evil]));
	expect(userValue({ ...everywhere, defaultValue: '', globalValue: 'http://mine/v1' })).toBe('http://mine/v1');
	expect(userValue({ ...everywhere, defaultValue: false, globalValue: true })).toBe(true);
	expect(userValue({ ...everywhere, defaultValue: '' })).toBe('');
	expect(userValue(undefined)).toBeUndefined();
});
