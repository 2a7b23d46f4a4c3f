import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { silentLog } from '../../src/base';
import { modelProvider } from '../../src/editor/vscodeChat/modelProvider';
import { type GenerateEvent, type GenerateRequest, type TextGenerator } from '../../src/generation';
import { makeChatModel } from './chatModel';
import { EchoingModel, noUsage } from './echoingModel';
import { until } from './until';

const extension = (): vscode.Extension<unknown> => vscode.extensions.getExtension('inkling.inkling')!;
const set = (key: string, value: unknown): Thenable<void> =>
	vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget.Global);
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

	it('is told the tools of a caller, and its calls arrive as calls', async () => {
		const model = new EchoingModel([
			'I look. <tool',
			'_call>{"name": "tide", "arguments": {"place": "pier"}}</tool_call>',
		]);
		const facts = { name: 'calling', device: 'cpu', contextTokens: 4000 };
		const models = { chat: () => Promise.resolve(model), chatModel: () => Promise.resolve(facts) };
		const provider = modelProvider(models, silentLog);
		const [information] = (await provider.provideLanguageModelChatInformation({ silent: true }, token)) ?? [];
		const parts: vscode.LanguageModelResponsePart[] = [];
		const messages = [
			{
				role: vscode.LanguageModelChatMessageRole.User,
				content: [new vscode.LanguageModelTextPart('When is high water?')],
				name: undefined,
			},
		];
		const tools = [{ name: 'tide', description: 'Times of high water.', inputSchema: { type: 'object' } }];
		const options = { tools, toolMode: vscode.LanguageModelChatToolMode.Auto };
		const progress = { report: (part: vscode.LanguageModelResponsePart) => void parts.push(part) };
		await provider.provideLanguageModelChatResponse(information!, messages, options, progress, token);
		assert.match(model.told, /Times of high water/);
		const [text, call] = parts;
		assert.ok(text instanceof vscode.LanguageModelTextPart && text.value === 'I look. ');
		assert.ok(call instanceof vscode.LanguageModelToolCallPart);
		assert.deepEqual([call.name, call.input], ['tide', { place: 'pier' }]);
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
