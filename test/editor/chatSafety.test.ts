import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { applyRecord, emptyConversation, type SessionRecord } from '../../src/chat';
import { runCodeAction, type CodeAction } from '../../src/editor/chat/codeActions';
import { turnViews } from '../../src/editor/chat/turnViews';
import { type Proposal } from '../../src/editor/proposal';
import { hiddenClasses } from '../helpers/hiddenClasses';

/** An answered question. */
function answered(text: string) {
	const records: readonly SessionRecord[] = [
		{ type: 'question', id: 'q', parent: undefined, text: 'Why?', context: [], at: 0 },
		{ type: 'answer', id: 'a', parent: 'q', model: 'tiny', device: 'cpu', at: 0 },
		{ type: 'end', answer: 'a', text, state: 'complete' },
	];
	return records.reduce(applyRecord, emptyConversation('c', '', 0));
}

const noteOf = (text: string): string => turnViews(answered(text))[1]!.note;

describe('S7: what cannot be seen in an answer', () => {
	for (const [name, character] of hiddenClasses)
		it(`is named below it: ${name}`, () => {
			const codePoint = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
			assert.match(noteOf(`if (a${character}b) return;`), new RegExp(`U\\+${codePoint}`));
		});

	it('is nothing in ordinary writing', () => {
		for (const text of ['The tide.', '潮汐', 'עברית\u200F (a)', '👩‍💻 ❤️', 'می‌خواهم']) assert.equal(noteOf(text), '');
	});
});

/** Files that anybody has, and files that steer the editor, the repository, assistants or automation. */
const ordinary = ['edits/a.ts', 'edits/b.md', 'edits/c.json', 'edits/d.txt'];
const steering = [
	'edits/.vscode/settings.json',
	'edits/AGENTS.md',
	'edits/.github/workflows/ci.yml',
	'edits/.git/config',
];
const codes = ['rm -rf ~', '{"a": 1}', 'const a = 1;\nconst b = 2;', '', '\u0000', 'x'.repeat(5000), '\r\n', '潮汐'];

describe('S14: code that a model wrote', () => {
	let root: string;
	const contents = new Map<string, string>();
	const proposals: Proposal[] = [];
	const show = (proposal: Proposal): Promise<boolean> => {
		proposals.push(proposal);
		return Promise.resolve(true);
	};

	before(() => {
		root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
		for (const file of [...ordinary, ...steering]) {
			const path = join(root, file);
			mkdirSync(dirname(path), { recursive: true });
			writeFileSync(path, `${file}\nsecond line\n`);
			contents.set(path, readFileSync(path, 'utf8'));
		}
	});
	after(async () => {
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
		rmSync(join(root, 'edits'), { recursive: true, force: true });
	});

	/** The files whose bytes on the disk are no longer what they were. */
	const written = (): readonly string[] =>
		[...contents].filter(([path, text]) => readFileSync(path, 'utf8') !== text).map(([path]) => path);
	const changed = (): readonly string[] =>
		vscode.workspace.textDocuments
			.filter(({ isDirty, isUntitled }) => isDirty && !isUntitled)
			.map(({ fileName }) => fileName)
			// The user's settings, which the tests before change, are written a moment later by VS Code itself.
			.filter(path => path.startsWith(root));

	async function openWithSelection(file: string): Promise<void> {
		const editor = await vscode.window.showTextDocument(vscode.Uri.file(join(root, file)), { preview: true });
		editor.selection = new vscode.Selection(0, 0, 1, 0);
	}

	it('changes no file and no document by being copied, proposed or opened: 200 times', async () => {
		const actions: readonly CodeAction[] = ['replace', 'replace', 'copy', 'replace'];
		const files = [...ordinary, ...steering];
		for (let number = 0; number < 200; number++) {
			const file = files[Math.floor(number / 25)]!;
			const action = number % 25 === 24 ? 'newFile' : actions[number % 4]!;
			if (number % 25 === 0) await openWithSelection(file);
			await runCodeAction(action, codes[number % codes.length]!, 'ts', { show });
			assert.deepEqual([written(), changed()], [[], []]);
		}
		assert.ok(proposals.length >= 80, `${proposals.length} proposals`);
	});

	it('is inserted where the person pressed Insert, in the document alone, as one step', async () => {
		for (const file of ordinary) {
			await openWithSelection(file);
			const document = vscode.window.activeTextEditor!.document;
			const text = document.getText();
			await runCodeAction('insert', 'const a = 1;\n', 'ts', { show });
			assert.equal(document.getText().length, text.length + 'const a = 1;\n'.length);
			assert.deepEqual(written(), []);
			await vscode.commands.executeCommand('undo');
			assert.equal(document.getText(), text);
		}
	});

	it('goes into a file that steers something only after a second yes', async () => {
		for (const file of steering) {
			await openWithSelection(file);
			// A test run shows no dialogs: VS Code refuses to, and nobody says yes.
			await assert.rejects(runCodeAction('insert', 'evil', 'ts', { show }));
			assert.deepEqual([written(), changed()], [[], []]);
		}
	});
});
