import { expect, test } from 'vitest';
import { droppedAddresses } from '../../../src/webview/chat/droppedAddresses';

/** What is dropped, by type. */
const dropped = (data: Readonly<Record<string, string>>): readonly string[] =>
	droppedAddresses({ getData: type => data[type] ?? '' });

test("takes VS Code's own list of what was dropped before the browser's", () => {
	const lists = { 'application/vnd.code.uri-list': 'file:///a.md\r\nfile:///b.md', 'text/uri-list': 'file:///a.md' };
	expect(dropped(lists)).toEqual(['file:///a.md', 'file:///b.md']);
	expect(dropped({ 'text/uri-list': '# a comment\n vscode-remote://host/a.md \n\n' })).toEqual([
		'vscode-remote://host/a.md',
	]);
});

test('takes no more than fifty, nothing endless, and nothing of what is no list of addresses', () => {
	expect(dropped({ 'text/uri-list': 'file:///a.md\n'.repeat(80) })).toHaveLength(50);
	expect(dropped({ 'text/uri-list': `file:///${'a'.repeat(5000)}` })).toEqual([]);
	expect(dropped({ 'text/plain': 'file:///a.md' })).toEqual([]);
	expect(droppedAddresses(null)).toEqual([]);
});
