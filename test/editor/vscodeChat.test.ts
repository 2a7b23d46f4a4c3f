import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { silentLog } from '../../src/base';
import { Assistants } from '../../src/editor/assistants';
import { ChatQuestions } from '../../src/editor/chatQuestions';
import { createContextSources } from '../../src/editor/context';
import { readTemplateLibrary } from '../../src/editor/promptFolders';
import { participantHandler } from '../../src/editor/vscodeChat/participant';
import { WorkspaceIndex } from '../../src/editor/workspaceIndex';
import { WorkspaceListing } from '../../src/editor/workspaceListing';
import { GenerationError } from '../../src/generation';
import { EchoingModel } from './echoingModel';

const extension = (): vscode.Extension<unknown> => vscode.extensions.getExtension('inkling.inkling')!;
const { token } = new vscode.CancellationTokenSource();

describe('@inkling in the chat of VS Code', () => {
	const listing = new WorkspaceListing();
	const index = new WorkspaceIndex(listing, silentLog);
	const sources = createContextSources({ listing, index, mustStay: () => false });
	const remembered = new Map<string, unknown>();
	const memory = {
		keys: () => [...remembered.keys()],
		get: (key: string, otherwise?: unknown) => remembered.get(key) ?? otherwise,
		update: (key: string, value: unknown) => Promise.resolve(void remembered.set(key, value)),
	} as vscode.Memento;
	const assistants = new Assistants({ userFolder: () => '', memory, log: silentLog });
	const questions = new ChatQuestions({
		sources,
		assistants,
		templates: () => readTemplateLibrary({ extensionUri: extension().extensionUri, userFolder: () => '' }),
	});
	let root: vscode.Uri;

	before(() => {
		root = vscode.workspace.workspaceFolders![0]!.uri;
	});

	after(() => {
		index.dispose();
		listing.dispose();
	});

	/** Asks as VS Code's chat would, and collects what the answer shows. */
	async function ask(
		model: EchoingModel,
		request: { readonly prompt: string; readonly command?: string; readonly references?: readonly unknown[] },
	): Promise<{ readonly shown: string; readonly references: readonly unknown[]; readonly error: string | undefined }> {
		const handler = participantHandler({
			sources,
			assistants,
			questions,
			generator: () => Promise.resolve(model),
			summaries: () => undefined,
			icon: root,
			log: silentLog,
		});
		let shown = '';
		const references: unknown[] = [];
		const response = {
			markdown: (text: string) => void (shown += text),
			progress: () => undefined,
			reference: (place: unknown) => void references.push(place),
		} as unknown as vscode.ChatResponseStream;
		const asked = {
			prompt: request.prompt,
			command: request.command,
			references: (request.references ?? []).map(value => ({ id: 'r', value })),
		} as unknown as vscode.ChatRequest;
		const result = await handler(asked, { history: [] }, response, token);
		return { shown, references, error: result?.errorDetails?.message };
	}

	it('answers a question about the workspace and links the places that it was given', async () => {
		const model = new EchoingModel(['It rises [docs/', 'tides.md#L5', ']; so says [docs/other.md#L1].']);
		const { shown, references } = await ask(model, {
			prompt: '#workspace How does a strong west wind change the tide?',
		});
		assert.match(model.told, /<context kind="passage" name="docs\/tides.md" lines="\d+-\d+">/);
		assert.ok(!model.told.includes('#workspace'));
		assert.match(
			shown,
			/^It rises \[docs\/tides\.md#L5\]\(<file:.*docs\/tides\.md#L5>\); so says \[docs\/other\.md#L1\]\.$/,
		);
		assert.ok(references.length > 0);
	});

	it('runs a command on an attached file', async () => {
		const model = new EchoingModel(['Done.']);
		const file = vscode.Uri.joinPath(root, 'docs/tides.md');
		const { shown } = await ask(model, { prompt: '', command: 'summarize', references: [file] });
		assert.equal(shown, 'Done.');
		assert.match(model.told, /<document name="docs\/tides.md"/);
		assert.ok(model.told.includes('The gauge on the old pier'));
	});

	it('reads what is mentioned and the folder that is attached', async () => {
		const model = new EchoingModel(['Done.']);
		await vscode.env.clipboard.writeText('high water at noon');
		const folder = vscode.Uri.joinPath(root, 'docs');
		await ask(model, { prompt: 'Is #clipboard right?', references: [folder] });
		assert.match(model.told, /<context kind="clipboard" name="Clipboard">\nhigh water at noon/);
		assert.match(model.told, /<context kind="folder" name="docs">\n[^<]*docs\/tides.md/);
	});

	it('runs a command on the selection, with the words behind it as a wish', async () => {
		const model = new EchoingModel(['Done.']);
		const editor = await vscode.window.showTextDocument(vscode.Uri.joinPath(root, 'src/report.ts'));
		editor.selection = new vscode.Selection(0, 0, 2, 0);
		await ask(model, { prompt: 'why so?', command: 'explain' });
		assert.ok(model.told.includes(editor.document.getText(new vscode.Range(0, 0, 2, 0)).trim()));
		assert.ok(model.told.includes('why so?'));
		await vscode.commands.executeCommand('workbench.action.closeAllEditors');
	});

	it('says what to do when a command has nothing to work on', async () => {
		const model = new EchoingModel(['Done.']);
		const { shown } = await ask(model, { prompt: '', command: 'fix' });
		assert.match(shown, /Select some text/);
		assert.equal(model.request, undefined);
	});

	it('refuses a secret that was attached, says so, and answers without it', async () => {
		const folder = join(root.fsPath, 'participantTest');
		mkdirSync(folder);
		writeFileSync(join(folder, 'production.env'), 'KEY=canary');
		try {
			const model = new EchoingModel(['Well.']);
			const file = vscode.Uri.file(join(folder, 'production.env'));
			const { shown } = await ask(model, { prompt: 'What is in it?', references: [file] });
			assert.match(shown, /production\.env: Not sent: files like this hold passwords or keys\./);
			assert.ok(!model.told.includes('canary'));
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	it('answers as the assistant that was chosen, from the folders it knows', async () => {
		const folder = join(root.fsPath, '.inkling', 'assistants');
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'harbour.md'), '---\nname: harbour\ncontext: docs/\n---\nYou are the harbour master.\n');
		try {
			const { assistants: found, problems } = await assistants.library();
			assert.deepEqual([[...found.keys()], problems], [['harbour'], []]);
			await memory.update('inkling.assistant', 'harbour');
			const model = new EchoingModel(['Aye.']);
			await ask(model, { prompt: 'How does a strong west wind change the tide?' });
			assert.match(model.told, /system: [\s\S]*You are the harbour master\./);
			assert.match(model.told, /name="docs\/tides.md"/);
		} finally {
			await memory.update('inkling.assistant', '');
			rmSync(join(root.fsPath, '.inkling'), { recursive: true });
		}
	});

	it('asks the next question with everything before it as it was', async () => {
		const budget = { budgetTokens: 8000, countTokens: (text: string) => Promise.resolve(Math.ceil(text.length / 4)) };
		const { signal } = new AbortController();
		const first = { role: 'user', text: '@workspace How does the wind change the tide?' } as const;
		const before = await questions.prompt([first], budget, signal);
		assert.ok(before.given.some(({ path }) => path === 'docs/tides.md'));
		const more = [
			first,
			{ role: 'assistant', text: 'It pushes.' },
			{ role: 'user', text: '/explain let a = 1;' },
		] as const;
		const after = await questions.prompt(more, budget, signal);
		assert.deepEqual(after.prompt.messages.slice(0, before.prompt.messages.length), before.prompt.messages);
		assert.match(after.prompt.messages.at(-1)?.text ?? '', /<source name="">\nlet a = 1;/);
	});

	it('tells a failure in the chat', async () => {
		const model = new EchoingModel([]);
		model.countTokens = () => Promise.reject(new GenerationError('engineStopped', 'gone'));
		const { error } = await ask(model, { prompt: 'Hello?' });
		assert.match(error ?? '', /engine stopped/);
	});
});
