import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { type Log } from '../../base';
import { answerTokens, joinSameRole, ToolCallStream, toolInstructions, type ToolEvent } from '../../chat';
import { type ChatMessage, type GenerateRequest, type TextGenerator } from '../../generation';
import { describeError } from '../userErrors';
import { textOf, toChatMessage } from './messages';

/** What would chat, as far as it is known without starting it. */
export interface ChatModelFacts {
	readonly name: string;
	readonly device: string | undefined;
	readonly contextTokens: number;
}

/** The model behind the chat. */
export interface ChatModels {
	/** Started and loaded. @throws GenerationError */
	chat(): Promise<TextGenerator>;
	/** Undefined where nothing can chat. Starts nothing. */
	chatModel(): Promise<ChatModelFacts | undefined>;
}

/** The name that other extensions select our models by. */
export const vendor = 'inkling';

/**
 * The chat model in VS Code's own list of language models: in the model picker, and for other extensions, which VS Code lets in only
 * after the person agreed. It reads text and answers in text, sees no pictures, and says so; calls of tools are text to it.
 * @param onChange another model may be behind the chat now
 */
export function registerModelProvider(
	models: ChatModels,
	onChange: (listener: () => void) => vscode.Disposable,
	log: Log,
): vscode.Disposable {
	const changed = new vscode.EventEmitter<void>();
	const provider = { ...modelProvider(models, log), onDidChangeLanguageModelChatInformation: changed.event };
	const registration = vscode.lm.registerLanguageModelChatProvider(vendor, provider);
	// VS Code's picker knows a provider's models only after the provider said that there are any.
	changed.fire();
	return vscode.Disposable.from(
		changed,
		onChange(() => changed.fire()),
		registration,
	);
}

/** Lists, counts and answers for VS Code. */
export function modelProvider(models: ChatModels, log: Log): vscode.LanguageModelChatProvider {
	return {
		provideLanguageModelChatInformation: async () => {
			try {
				const facts = await models.chatModel();
				return facts ? [describe(facts)] : [];
			} catch (error) {
				log.warn(`The chat model could not be listed: ${String(error)}`);
				return [];
			}
		},
		provideLanguageModelChatResponse: async (...[, messages, options, progress, token]) => {
			const prompt = { kind: 'chat', messages: promptMessages(messages, options) } as const;
			const controller = new AbortController();
			const subscription = token.onCancellationRequested(() => controller.abort());
			if (token.isCancellationRequested) controller.abort();
			try {
				const generator = await models.chat();
				const request = { prompt, ...choices(options, generator), stop: [], priority: 'chat' } as const;
				const names = new Set(options.tools?.map(({ name }) => name));
				await answer(generator, request, { names, progress, signal: controller.signal });
			} catch (error) {
				log.error(`The chat model did not answer another extension: ${String(error)}`);
				throw new Error(describeError(error).text, { cause: error });
			} finally {
				subscription.dispose();
			}
		},
		provideTokenCount: async (_model, text) => {
			const generator = await models.chat();
			return generator.countTokens(typeof text === 'string' ? text : textOf(text));
		},
	};
}

function describe({ name, device, contextTokens }: ChatModelFacts): vscode.LanguageModelChatInformation {
	const isRemote = device === 'remote';
	const { t } = vscode.l10n;
	const maxOutputTokens = answerTokens({ contextTokens, device: isRemote ? 'remote' : 'cpu' });
	return {
		id: name,
		name,
		family: name,
		version: '1',
		maxInputTokens: contextTokens - maxOutputTokens,
		maxOutputTokens,
		// Without tools VS Code's own picker would not show the model; how well it calls them depends on the model.
		capabilities: { imageInput: false, toolCalling: true },
		detail: isRemote ? t('your server') : t('this machine'),
		tooltip: isRemote
			? t('Runs on the server that you connected Inkling to. Text only.')
			: t('Runs on this machine by Inkling; nothing leaves it. Text only.'),
	};
}

/** What the caller sent; tools are described to the model, which knows them as text only. */
function promptMessages(
	messages: readonly vscode.LanguageModelChatRequestMessage[],
	{ tools = [], toolMode }: vscode.ProvideLanguageModelChatResponseOptions,
): readonly ChatMessage[] {
	const sent = messages.map(toChatMessage);
	if (tools.length === 0) return joinSameRole(sent);
	const text = toolInstructions(tools, toolMode === vscode.LanguageModelChatToolMode.Required);
	const rules = sent.filter(({ role }) => role === 'system');
	return joinSameRole([...rules, { role: 'system', text }, ...sent.filter(({ role }) => role !== 'system')]);
}

interface Answering {
	/** Names of the tools that may be called. */
	readonly names: ReadonlySet<string>;
	readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>;
	readonly signal: AbortSignal;
}

async function answer(
	generator: TextGenerator,
	request: GenerateRequest,
	{ names, progress, signal }: Answering,
): Promise<void> {
	const calls = new ToolCallStream(names);
	const report = (event: ToolEvent): void => {
		const { LanguageModelTextPart, LanguageModelToolCallPart } = vscode;
		if (event.type === 'text') progress.report(new LanguageModelTextPart(event.text));
		else progress.report(new LanguageModelToolCallPart(randomUUID(), event.name, event.input));
	};
	for await (const event of generator.generate(request, signal)) {
		if (event.type === 'reasoning') continue;
		if (event.type === 'text' && names.size === 0) report({ type: 'text', text: event.text });
		else for (const piece of event.type === 'text' ? calls.push(event.text) : calls.end()) report(piece);
	}
}

/** What the caller may choose, under the names that callers of other models use. */
function choices(
	{ modelOptions }: vscode.ProvideLanguageModelChatResponseOptions,
	{ model }: TextGenerator,
): Pick<GenerateRequest, 'maxTokens' | 'sampling'> {
	const number = (...names: readonly string[]): number | undefined =>
		names
			.map((name): unknown => modelOptions?.[name])
			.find(value => typeof value === 'number' && Number.isFinite(value)) as number | undefined;
	const most = answerTokens(model);
	const maxTokens = Math.floor(number('max_tokens', 'maxTokens') ?? most);
	const temperature = number('temperature') ?? 0.3;
	return {
		maxTokens: Math.min(most, Math.max(1, maxTokens)),
		sampling: { temperature: Math.min(2, Math.max(0, temperature)), topP: 0.95 },
	};
}
