import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { silentLog } from '../../src/base';
import { Assistants } from '../../src/editor/assistants';
import { ChatQuestions } from '../../src/editor/chatQuestions';
import { createContextSources } from '../../src/editor/context';
import { readTemplateLibrary } from '../../src/editor/promptFolders';
import { modelProvider } from '../../src/editor/vscodeChat/modelProvider';
import { participantHandler } from '../../src/editor/vscodeChat/participant';
import { WorkspaceIndex } from '../../src/editor/workspaceIndex';
import { WorkspaceListing } from '../../src/editor/workspaceListing';
import { GenerationError, type GenerateEvent, type GenerateRequest, type TextGenerator } from '../../src/generation';
import { makeChatModel } from './chatModel';
import { until } from './until';

const extension = (): vscode.Extension<unknown> => vscode.extensions.getExtension('inkling.inkling')!;
const set = (key: string, value: unknown): Thenable<void> =>
	vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
const noUsage = { promptTokens: 9, reusedTokens: 0, cutTokens: 0, newTokens: 3, prefillMs: 1, decodeMs: 1 };
const { token } = new vscode.CancellationTokenSource();

describe('the chat model among the language models of VS Code', () => {
	const folder = mkdtempSync(join(tmpdir(), 'inkling-chat-model-'));
	const select = (): Thenable<readonly vscode.LanguageModelChat[]> => vscode.lm.selectChatModels({ vendor: 'inkling' });

	before(async () => {
		await extension().activate();
	});

	after(async () => {
		await set('inkling.chat.model', undefined);
		rmSync(folder, { recursive: true, force: true });
	});

	it('is not there where nothing can chat', async () => {
		assert.deepEqual([...(await select())], []);
	});

	it('is found once one is chosen, and says how much it takes', async () => {
		await set('inkling.chat.model', makeChatModel(folder));
		await until(async () => (await select()).length === 1);
		const [model] = await select();
		assert.equal(model?.name, 'inkling-chat');
		assert.equal(model.maxInputTokens, 512);
	});

	it('counts tokens with its own vocabulary', async () => {
		const [model] = await select();
		assert.ok(model);
		const one = await model.countTokens('tide');
		const text = await model.countTokens('The tide rises and falls twice a day.');
		assert.ok(one >= 1 && text > one && text < 37, `${one} ${text}`);
		assert.equal(await model.countTokens(vscode.LanguageModelChatMessage.User('tide')), one);
	});

	it('streams an answer to another extension', async () => {
		const [model] = await select();
		const messages = [vscode.LanguageModelChatMessage.User('const total = ')];
		const response = await model!.sendRequest(messages, { modelOptions: { max_tokens: 24, temperature: 0 } }, token);
		const pieces: string[] = [];
		for await (const piece of response.text) pieces.push(piece);
		assert.ok(pieces.length > 3, `${pieces.length} pieces`);
		assert.notEqual(pieces.join('').trim(), '');
	});

	it('ends when it is cancelled, and so does the model', async () => {
		const model = new EndlessModel();
		const facts = { name: 'endless', device: 'cpu', contextTokens: 4000 };
		const provider = modelProvider(
			{ chat: () => Promise.resolve(model), chatModel: () => Promise.resolve(facts) },
			silentLog,
		);
		const source = new vscode.CancellationTokenSource();
		const [information] = (await provider.provideLanguageModelChatInformation({ silent: true }, token)) ?? [];
		let pieces = 0;
		const report = (): void => {
			if (++pieces === 3) source.cancel();
		};
		const messages = [
			{
				role: vscode.LanguageModelChatMessageRole.User,
				content: [new vscode.LanguageModelTextPart('Go on.')],
				name: undefined,
			},
		];
		const options = { toolMode: vscode.LanguageModelChatToolMode.Auto };
		await provider.provideLanguageModelChatResponse(information!, messages, options, { report }, source.token);
		assert.equal(pieces, 3);
		assert.equal(model.isRunning, false);
	});

	it('says so when a request is too long for it', async () => {
		const [model] = await select();
		const request = async (): Promise<void> => {
			const long = [vscode.LanguageModelChatMessage.User('word '.repeat(3000))];
			const { text } = await model!.sendRequest(long, {}, token);
			for await (const piece of text) assert.fail(piece);
		};
		await assert.rejects(request, /too long/);
	});
});

/** A model that says what it was asked to, and keeps the request. */
class EchoingModel implements TextGenerator {
	readonly model = {
		id: 'echoing',
		name: 'Echoing',
		roles: ['chat'],
		tasks: [],
		contextTokens: 4000,
		device: 'cpu',
		loadMs: 0,
	} as const;
	request: GenerateRequest | undefined;

	constructor(private readonly answer: readonly string[]) {}

	/** What it was told, all messages in one. */
	get told(): string {
		const prompt = this.request?.prompt;
		return prompt?.kind === 'chat' ? prompt.messages.map(({ role, text }) => `${role}: ${text}`).join('\n\n') : '';
	}

	countTokens(text: string): Promise<number> {
		return Promise.resolve(Math.ceil(text.length / 4));
	}

	async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent> {
		this.request = request;
		for (const text of this.answer) {
			await Promise.resolve();
			yield { type: 'text', text, logProbability: -1 };
		}
		yield { type: 'done', reason: 'stop', usage: noUsage, tokenIds: [] };
	}
}

/** A model that goes on until it is told to stop. */
class EndlessModel implements TextGenerator {
	readonly model = new EchoingModel([]).model;
	isRunning = false;

	countTokens(text: string): Promise<number> {
		return Promise.resolve(text.length);
	}

	async *generate(_request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent> {
		this.isRunning = true;
		while (!signal.aborted) {
			yield { type: 'text', text: 'more ', logProbability: -1 };
			await new Promise(resolve => setImmediate(resolve));
		}
		this.isRunning = false;
		yield { type: 'done', reason: 'cancelled', usage: noUsage, tokenIds: [] };
	}
}

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
