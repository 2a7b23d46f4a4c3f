import * as vscode from 'vscode';
import { type Log } from '../../base';
import {
	answerTokens,
	CitationStream,
	readContext,
	resolveSlashCommand,
	type ChatPromptMessage,
	type ContextItem,
	type ContextRead,
} from '../../chat';
import { type TextGenerator } from '../../generation';
import { type Assistants } from '../assistants';
import { type BuiltQuestion, type ChatQuestions } from '../chatQuestions';
import { type ContextSources } from '../context';
import { describeEgress } from '../egressWords';
import { type ChatRole } from '../engines';
import { describeError } from '../userErrors';
import { historyMessages } from './history';
import { describeLeftOut } from './leftOut';
import { itemsOf } from './references';

export interface ParticipantParts {
	readonly sources: ContextSources;
	readonly assistants: Assistants;
	readonly questions: ChatQuestions;
	/** The model of the chat, or of commands on text where an assistant asks for that. @throws GenerationError */
	readonly generator: (role: ChatRole) => Promise<TextGenerator>;
	readonly icon: vscode.Uri;
	readonly log: Log;
}

/** `@inkling` in VS Code's own chat. It answers with Inkling's chat model, whichever model the picker shows. */
export function registerParticipant(parts: ParticipantParts): vscode.Disposable {
	const participant = vscode.chat.createChatParticipant('inkling.chat', participantHandler(parts));
	participant.iconPath = parts.icon;
	return vscode.Disposable.from(participant);
}

/** Answers one request of VS Code's chat. Failures are told in the chat. */
export function participantHandler(parts: ParticipantParts): vscode.ChatRequestHandler {
	return async (request, { history }, response, token) => {
		const controller = new AbortController();
		const { signal } = controller;
		const subscription = token.onCancellationRequested(() => controller.abort());
		try {
			// First, because where the answer comes from decides what may be read for it.
			await parts.assistants.current();
			const read = await readContext(await attachedTo(request, parts.sources, signal), parts.sources.all, signal);
			if (await lacksText(request, read, parts.questions)) {
				const { command = '' } = request;
				response.markdown(
					vscode.l10n.t('Select some text, attach a file with #, or write the text behind /{command}.', { command }),
				);
				return {};
			}
			const question: ChatPromptMessage = { role: 'user', text: typedText(request), context: read.texts };
			await answer(parts, [...historyMessages(history), question], { read, response, signal });
			return {};
		} catch (error) {
			const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
			parts.log.error(`@inkling could not answer: ${details}`);
			return { errorDetails: { message: describeError(error).text } };
		} finally {
			subscription.dispose();
		}
	};
}

/** As it would be typed into Inkling's own chat. */
function typedText({ command, prompt }: Pick<vscode.ChatRequest, 'command' | 'prompt'>): string {
	return command === undefined ? prompt : `/${command} ${prompt}`;
}

/** What was attached; a command without anything works on the selection. */
async function attachedTo(
	request: vscode.ChatRequest,
	sources: ContextSources,
	signal: AbortSignal,
): Promise<readonly ContextItem[]> {
	const items = await itemsOf(request, sources, signal);
	if (items.length > 0 || request.command === undefined) return items;
	return (await sources.all.find(({ kind }) => kind === 'selection')?.search('', signal)) ?? [];
}

async function lacksText(request: vscode.ChatRequest, read: ContextRead, questions: ChatQuestions): Promise<boolean> {
	if (request.command === undefined || read.texts.length > 0) return false;
	const input = resolveSlashCommand(typedText(request), await questions.commands());
	return input.kind === 'command' && input.rest === '';
}

interface Answering {
	readonly read: ContextRead;
	readonly response: vscode.ChatResponseStream;
	readonly signal: AbortSignal;
}

async function answer(
	{ assistants, questions, generator: choose }: ParticipantParts,
	messages: readonly ChatPromptMessage[],
	{ read, response, signal }: Answering,
): Promise<void> {
	response.progress(vscode.l10n.t('Asking the model...'));
	const generator = await choose((await assistants.current())?.model ?? 'chat');
	const maxTokens = answerTokens(generator.model);
	const budget = {
		budgetTokens: generator.model.contextTokens - maxTokens,
		countTokens: (text: string) => generator.countTokens(text),
	};
	const question = await questions.prompt(messages, budget, signal);
	reportContext(question, read, response);
	const { prompt, given } = question;
	const citations = new CitationStream(given, ({ path, lines }) => addressOf(given, path, lines.first));
	const show = (text: string): void => {
		if (text !== '') response.markdown(text);
	};
	const sampling = { temperature: 0.3, topP: 0.95 };
	for await (const event of generator.generate({ prompt, maxTokens, sampling, stop: [], priority: 'chat' }, signal)) {
		if (event.type === 'reasoning') continue;
		show(event.type === 'text' ? citations.push(event.text) : citations.end());
		if (event.type === 'done' && event.reason === 'length')
			show(`\n\n*${vscode.l10n.t('The answer reached its longest length.')}*`);
		const badge = event.type === 'done' ? describeEgress(generator.model, event.usage) : '';
		if (badge !== '') show(`\n\n*${badge}*`);
	}
}

/** Shows what was read, and says what the model does not see. */
function reportContext(
	{ given, dropped }: BuiltQuestion,
	read: ContextRead,
	response: vscode.ChatResponseStream,
): void {
	for (const item of new Set([...read.texts.map(text => text.item), ...given])) {
		const uri = uriOf(item);
		if (!uri || dropped.context.includes(item)) continue;
		const range = item.lines && new vscode.Range(item.lines.first - 1, 0, item.lines.last - 1, 0);
		response.reference(range ? new vscode.Location(uri, range) : uri);
	}
	const notes = describeLeftOut(dropped, read);
	if (notes.length > 0) response.markdown(`${notes.map(note => `> ${note}`).join('\n>\n')}\n\n`);
}

function addressOf(given: readonly ContextItem[], path: string, line: number): string {
	const item = given.find(one => one.path === path);
	return `${(item && uriOf(item))?.toString() ?? ''}#L${line}`;
}

function uriOf(item: ContextItem): vscode.Uri | undefined {
	return item.path === undefined ? undefined : vscode.Uri.parse(item.id).with({ fragment: '' });
}
