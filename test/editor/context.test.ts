import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { silentLog } from '../../src/base';
import { type ContextItem, type ContextKind, type ContextRefusal, type ContextText } from '../../src/chat';
import { createContextSources, CurrentSelection, itemForUri, mentionedItems } from '../../src/editor/context';
import { WorkspaceIndex } from '../../src/editor/workspaceIndex';
import { WorkspaceListing } from '../../src/editor/workspaceListing';
import { until } from './until';

const { signal } = new AbortController();

interface GitExtension {
	readonly enabled: boolean;
	getAPI(version: 1): { openRepository(uri: vscode.Uri): Promise<{ status(): Promise<void> } | null> };
}

describe('context for the chat', () => {
	const listing = new WorkspaceListing();
	const index = new WorkspaceIndex(listing, silentLog);
	const sources = createContextSources({ listing, index, mustStay: ({ path }) => path.endsWith('stays.md') }).all;
	const source = (kind: ContextKind) => sources.find(one => one.kind === kind)!;
	const search = (kind: ContextKind, query = '') => source(kind).search(query, signal);
	const read = (item: ContextItem): Promise<ContextText | ContextRefusal> => source(item.kind).read(item, signal);
	let root: vscode.Uri;
	let folder: string;
	const uri = (path: string): vscode.Uri => vscode.Uri.joinPath(root, path);
	const readPath = async (path: string) => read(await itemForUri(uri(path)));

	before(async () => {
		root = vscode.workspace.workspaceFolders![0]!.uri;
		folder = join(root.fsPath, 'contextTest');
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, '.gitignore'), 'ignored.txt\nbuilt/\n');
		writeFileSync(join(folder, 'ignored.txt'), 'canary');
		writeFileSync(join(folder, 'production.env'), 'KEY=canary');
		writeFileSync(join(folder, 'id_rsa'), 'canary');
		writeFileSync(join(folder, 'picture.dat'), Buffer.from([1, 0, 2]));
		writeFileSync(join(folder, 'large.txt'), 'x'.repeat(3 << 20));
		writeFileSync(join(folder, 'hidden.md'), 'Do\u200bthis.');
		writeFileSync(join(folder, 'empty.md'), '\n');
		writeFileSync(join(folder, 'stays.md'), 'canary');
		symlinkSync('id_rsa', join(folder, 'notes.md'));
		await until(async () => (await search('file', 'hidden.md')).length > 0);
	});

	after(() => {
		index.dispose();
		listing.dispose();
		rmSync(folder, { recursive: true, force: true });
	});

	afterEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

	it('finds a file by part of its name and reads it', async () => {
		const [item] = await search('file', 'measurem');
		assert.equal(item?.path, 'src/measurement.ts');
		const text = await read(item);
		assert.ok('text' in text && text.text.includes('export'));
	});

	it('reads what is in the editor, saved or not', async () => {
		const document = await vscode.workspace.openTextDocument(uri('contextTest/hidden.md'));
		const editor = await vscode.window.showTextDocument(document);
		await editor.edit(edit => edit.insert(new vscode.Position(0, 0), 'unsaved '));
		const text = await readPath('contextTest/hidden.md');
		assert.ok('text' in text && text.text.startsWith('unsaved '));
		await vscode.commands.executeCommand('workbench.action.files.revert');
	});

	it('says which file it refuses, and why', async () => {
		const expected = {
			'production.env': 'secret',
			id_rsa: 'secret',
			// A link by another name to a secret.
			'notes.md': 'secret',
			'ignored.txt': 'ignored',
			'stays.md': 'ignored',
			'picture.dat': 'binary',
			'large.txt': 'tooLarge',
			'empty.md': 'empty',
			'nowhere.md': 'missing',
		};
		for (const [name, refused] of Object.entries(expected)) {
			const result = await readPath(`contextTest/${name}`);
			assert.equal('refused' in result ? result.refused : 'read', refused, name);
		}
	});

	it('reads nothing outside the workspace, whatever an item says', async () => {
		const outside = mkdtempSync(join(tmpdir(), 'outside-'));
		writeFileSync(join(outside, 'a.txt'), 'canary');
		const item = await itemForUri(vscode.Uri.file(join(outside, 'a.txt')));
		assert.deepEqual(await read(item), { item, refused: 'missing' });
		const climbing = { ...item, id: `${root.toString()}/../../../../${outside}/a.txt` };
		assert.deepEqual(await read(climbing), { item: climbing, refused: 'missing' });
		rmSync(outside, { recursive: true });
	});

	it('finds what a message names by hand, and says what is not there', async () => {
		const find = async (text: string) => {
			const { items, missing } = await mentionedItems(text, sources, signal);
			return { items: items.map(({ kind, path, label }) => `${kind} ${path ?? label}`), missing };
		};
		assert.deepEqual(await find('Compare #file:docs/tides.md with @measurement.ts and @folder:docs'), {
			items: ['file docs/tides.md', 'folder docs', 'file src/measurement.ts'],
			missing: [],
		});
		assert.deepEqual(await find('#selection #file:nowhere.md #file:../outside.md @nobody @Override'), {
			items: [],
			missing: ['#selection', '#file:nowhere.md', '#file:../outside.md'],
		});
	});

	it('finds a secret file that is named by hand, and refuses it with the reason', async () => {
		const { items } = await mentionedItems('#file:contextTest/production.env', sources, signal);
		const [result] = await Promise.all(items.map(read));
		assert.ok(result && 'refused' in result && result.refused === 'secret');
	});

	it('flags hidden characters', async () => {
		const text = await readPath('contextTest/hidden.md');
		assert.deepEqual('notices' in text && text.notices, ['hiddenCharacters']);
	});

	it('names what is in a folder and gives its text files, without secret and ignored ones', async () => {
		const [item] = await search('folder', 'contextTest');
		assert.ok(item);
		const text = await read(item);
		assert.ok('text' in text);
		assert.ok(text.text.includes('contextTest/picture.dat'));
		assert.ok(text.text.includes('--- contextTest/hidden.md\nDo'));
		assert.ok(!/canary|production\.env|id_rsa/.test(text.text), text.text);
	});

	it('offers the selection, its lines and no more, and tells when it changes', async () => {
		const current = new CurrentSelection();
		const editor = await vscode.window.showTextDocument(uri('src/measurement.ts'));
		editor.selection = new vscode.Selection(1, 0, 3, 0);
		await until(() => current.item !== undefined);
		const item = current.item!;
		assert.equal(item.label, 'measurement.ts:2-3');
		assert.deepEqual(item.lines, { first: 2, last: 3 });
		assert.deepEqual(
			(await search('selection')).map(({ id }) => id),
			[item.id],
		);
		const text = await read(item);
		const range = new vscode.Range(1, 0, 3, 0);
		assert.equal('text' in text && text.text, editor.document.getText(range));
		editor.selection = new vscode.Selection(0, 0, 0, 0);
		await until(() => current.item === undefined);
		current.dispose();
	});

	it('offers symbols from the languages and reads all of one', async () => {
		const file = uri('src/report.ts');
		const name = new vscode.Range(0, 0, 0, 6);
		const whole = new vscode.Range(0, 0, 4, 0);
		const provider = vscode.Disposable.from(
			vscode.languages.registerWorkspaceSymbolProvider({
				provideWorkspaceSymbols: query =>
					query === 'canarySymbol'
						? [
								new vscode.SymbolInformation(
									query,
									vscode.SymbolKind.Function,
									'tides',
									new vscode.Location(file, name),
								),
							]
						: [],
			}),
			vscode.languages.registerDocumentSymbolProvider(
				{ pattern: file.fsPath },
				{
					provideDocumentSymbols: () => [
						new vscode.DocumentSymbol('canarySymbol', '', vscode.SymbolKind.Function, whole, name),
					],
				},
			),
		);
		try {
			const found = await search('symbol', 'canarySymbol');
			const item = found.find(({ label }) => label === 'canarySymbol');
			assert.equal(item?.detail, 'tides · src/report.ts');
			const text = await read(item);
			const document = await vscode.workspace.openTextDocument(file);
			assert.ok('text' in text && text.text.startsWith(document.getText(whole).slice(0, 20)));
			assert.deepEqual(text.item.lines, { first: 1, last: 4 });
		} finally {
			provider.dispose();
		}
	});

	it('lists problems with their places, but none of secret files', async () => {
		const problems = vscode.languages.createDiagnosticCollection('contextTest');
		const range = new vscode.Range(2, 4, 2, 9);
		problems.set(uri('src/report.ts'), [new vscode.Diagnostic(range, 'This is wrong.')]);
		problems.set(uri('contextTest/production.env'), [new vscode.Diagnostic(range, 'canary')]);
		try {
			const item = (await search('problems')).find(({ id }) => id === 'problems:all');
			assert.ok(item);
			const text = await read(item);
			assert.ok('text' in text && text.text.includes('src/report.ts:3:5: error: This is wrong.'));
			assert.ok(!text.text.includes('canary'));
		} finally {
			problems.dispose();
		}
	});

	it('gives the changes that git knows, without those of secrets', async () => {
		const git = (...args: readonly string[]): unknown =>
			execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
		git('init', '--quiet');
		git('add', '--force', 'hidden.md', 'production.env');
		git('commit', '--quiet', '--message', 'first');
		writeFileSync(join(folder, 'hidden.md'), 'Do that.');
		writeFileSync(join(folder, 'production.env'), 'KEY=other canary');
		const extension = vscode.extensions.getExtension<GitExtension>('vscode.git')!;
		await vscode.workspace.getConfiguration('git').update('enabled', true, vscode.ConfigurationTarget.Global);
		const exports = await extension.activate();
		await until(() => exports.enabled);
		const repository = await exports.getAPI(1).openRepository(vscode.Uri.file(folder));
		await repository?.status();
		let item: ContextItem | undefined;
		await until(
			async () => (item = (await search('diff')).find(({ id }) => id.startsWith('diff:unstaged'))) !== undefined,
		);
		const text = await read(item!);
		assert.ok('text' in text && text.text.includes('+Do that.'));
		assert.ok(!text.text.includes('canary'));
		assert.deepEqual(text.notices.includes('cut'), true);
	});

	it('gives the clipboard as it is when it is read', async () => {
		const [item] = await search('clipboard');
		assert.ok(item);
		await vscode.env.clipboard.writeText('from elsewhere');
		const text = await read(item);
		assert.equal('text' in text && text.text, 'from elsewhere');
	});

	it('gives what is selected in the terminal and leaves the clipboard as it was', async () => {
		assert.deepEqual(await search('terminal'), []);
		const terminal = vscode.window.createTerminal({ name: 'tides', shellPath: '/bin/sh' });
		try {
			terminal.show();
			await until(() => vscode.window.activeTerminal === terminal);
			const [item] = await search('terminal');
			assert.equal(item?.detail, 'tides');
			await vscode.env.clipboard.writeText('mine');
			assert.deepEqual(await read(item), { item, refused: 'empty' });
			assert.equal(await vscode.env.clipboard.readText(), 'mine');
			terminal.sendText('echo high water');
			await until(async () => {
				await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
				const text = await read(item);
				return 'text' in text && text.text.includes('high water');
			});
			assert.equal(await vscode.env.clipboard.readText(), 'mine');
		} finally {
			terminal.dispose();
		}
	});
});

describe('answers from the workspace', () => {
	const listing = new WorkspaceListing();
	const index = new WorkspaceIndex(listing, silentLog);
	const { passages } = createContextSources({ listing, index, mustStay: ({ path }) => path.endsWith('stays.md') });
	const ask = (question: string): Promise<readonly ContextItem[]> => passages.searchIn([], question, signal);
	let folder: string;

	before(() => {
		folder = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'passageTest');
		mkdirSync(folder);
		writeFileSync(join(folder, '.gitignore'), 'ignored.md\n');
		writeFileSync(join(folder, 'ignored.md'), 'The pelican nests on the roof.');
		writeFileSync(join(folder, 'secrets.txt'), 'The pelican nests on the roof.');
	});

	after(() => {
		index.dispose();
		listing.dispose();
		rmSync(folder, { recursive: true, force: true });
	});

	it('finds the passage, with path and lines, and reads its text', async () => {
		const [item] = await ask('How does a strong wind from the west change the tide?');
		assert.equal(item?.kind, 'passage');
		assert.equal(item.path, 'docs/tides.md');
		const text = await passages.read(item, signal);
		assert.ok('text' in text && text.text.includes('A strong wind from the west'));
		assert.ok(item.lines && item.lines.first > 1);
	});

	it('finds a Chinese passage by a Chinese question', async () => {
		assert.equal((await ask('西风怎样改变潮位？'))[0]?.path, 'docs/tides.zh.md');
	});

	it('looks only in the folders that it is given', async () => {
		const found = await passages.searchIn(['scripts/'], 'tide', signal);
		assert.ok(found.length > 0 && found.every(({ path }) => path?.startsWith('scripts/')));
	});

	it('knows nothing of secret and ignored files', async () => {
		assert.deepEqual(await ask('pelican nests'), []);
	});

	it('follows changes: new words are found, deleted files are not', async () => {
		const file = join(folder, 'birds.md');
		writeFileSync(file, 'The walrus sleeps on the pier.');
		await until(async () => (await ask('walrus pier'))[0]?.path === 'passageTest/birds.md');
		writeFileSync(file, 'The cormorant dries its wings.');
		await until(async () => (await ask('cormorant'))[0]?.path === 'passageTest/birds.md');
		assert.ok((await ask('walrus')).every(({ path }) => path !== 'passageTest/birds.md'));
		rmSync(file);
		await until(async () => (await ask('cormorant')).length === 0);
	});
});
