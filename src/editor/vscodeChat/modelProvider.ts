import * as vscode from 'vscode';
import { type Log } from '../../base';
import { joinSameRole } from '../../chat';
import { type GenerateRequest, type TextGenerator } from '../../generation';
import { describeError } from '../userErrors';
import { answerTokens } from './answerTokens';
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
 * after the person agreed. It reads text and answers in text; it calls no tools and sees no pictures, and says so.
 * @param onChange another model may be behind the chat now
 */
export function registerModelProvider(
	models: ChatModels,
	onChange: (listener: () => void) => vscode.Disposable,
	log: Log,
): vscode.Disposable {
	const changed = new vscode.EventEmitter<void>();
	const provider = { ...modelProvider(models, log), onDidChangeLanguageModelChatInformation: changed.event };
	return vscode.Disposable.from(
		changed,
		onChange(() => changed.fire()),
		vscode.lm.registerLanguageModelChatProvider(vendor, provider),
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
			refuseTools(options);
			const prompt = { kind: 'chat', messages: joinSameRole(messages.map(toChatMessage)) } as const;
			const controller = new AbortController();
			const subscription = token.onCancellationRequested(() => controller.abort());
			if (token.isCancellationRequested) controller.abort();
			try {
				const generator = await models.chat();
				const request = { prompt, ...choices(options, generator), stop: [], priority: 'chat' } as const;
				await answer(generator, request, { progress, signal: controller.signal });
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
		capabilities: { imageInput: false, toolCalling: false },
		detail: isRemote ? t('your server') : t('this machine'),
		tooltip: isRemote
			? t('Runs on the server that you connected Inkling to. Text only, no tools.')
			: t('Runs on this machine by Inkling; nothing leaves it. Text only, no tools.'),
	};
}

/** A model that was not made for tools would only pretend to call them. */
function refuseTools({ tools, toolMode }: vscode.ProvideLanguageModelChatResponseOptions): void {
	if (tools && tools.length > 0 && toolMode === vscode.LanguageModelChatToolMode.Required)
		throw new Error(vscode.l10n.t('Inkling: this model cannot call tools.'));
}

interface Answering {
	readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>;
	readonly signal: AbortSignal;
}

async function answer(
	generator: TextGenerator,
	request: GenerateRequest,
	{ progress, signal }: Answering,
): Promise<void> {
	for await (const event of generator.generate(request, signal))
		if (event.type === 'text') progress.report(new vscode.LanguageModelTextPart(event.text));
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
