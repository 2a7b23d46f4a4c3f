import * as vscode from 'vscode';
import { type Log } from '../../base';
import {
	buildChatPrompt,
	CitationStream,
	expandSlashCommand,
	listSlashCommands,
	readContext,
	resolveSlashCommand,
	systemText,
	takeWorkspaceMention,
	type BuiltChatPrompt,
	type ContextItem,
	type ContextRead,
	type ContextText,
} from '../../chat';
import { type ChatMessage, type TextGenerator } from '../../generation';
import { findTemplate, type TemplateLibrary } from '../../prompts';
import { type Assistants } from '../assistants';
import { type ContextSources } from '../context';
import { describeError } from '../userErrors';
import { answerTokens } from './answerTokens';
import { historyMessages } from './history';
import { describeLeftOut } from './leftOut';
import { itemsOf } from './references';
import { slashCommandWords } from './slashCommandWords';

export interface ParticipantParts {
	readonly sources: ContextSources;
	readonly assistants: Assistants;
	readonly templates: () => Promise<TemplateLibrary>;
	/** The model of the chat, or of commands on text where an assistant asks for that. @throws GenerationError */
	readonly generator: (model: 'chat' | 'tasks') => Promise<TextGenerator>;
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
			const question = await readQuestion(parts, request, signal);
			if (typeof question === 'string') {
				response.markdown(question);
				return {};
			}
			await answer(parts, [...historyMessages(history), question.message], { question, response, signal });
			return {};
		} catch (error) {
			parts.log.error(
				`@inkling could not answer: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
			);
			return { errorDetails: { message: describeError(error).text } };
		} finally {
			subscription.dispose();
		}
	};
}

/** What is asked, with what goes with it. */
interface Question {
	readonly message: ChatMessage & { readonly context: readonly ContextText[] };
	readonly read: ContextRead;
}

/** The question in a request, or what the person has to do first. */
async function readQuestion(
	parts: ParticipantParts,
	request: vscode.ChatRequest,
	signal: AbortSignal,
): Promise<Question | string> {
	const { text, asksWorkspace } = takeWorkspaceMention(request.prompt);
	const assistant = await parts.assistants.current();
	const passages =
		asksWorkspace || (assistant && assistant.context.length > 0)
			? await parts.sources.passages.searchIn(asksWorkspace ? [] : assistant!.context, text, signal)
			: [];
	const read = await readContext([...itemsOf(request.references), ...passages], parts.sources.all, signal);
	if (request.command === undefined) return { message: { role: 'user', text, context: read.texts }, read };
	const library = await parts.templates();
	const commands = listSlashCommands(library, slashCommandWords());
	const input = resolveSlashCommand(`/${request.command} ${text}`, commands);
	if (input.kind !== 'command') return { message: { role: 'user', text, context: read.texts }, read };
	const subject = await subjectOf(read, parts.sources, signal);
	const expanded = expandSlashCommand(input, findTemplate(library, input.command.template), subject);
	if (expanded === undefined)
		return vscode.l10n.t('Select some text, attach a file with #, or write the text behind /{command}.', {
			command: request.command,
		});
	return { message: { role: 'user', text: expanded, context: [] }, read };
}

/** What a command works on: what was attached, else the selection. */
async function subjectOf(
	read: ContextRead,
	sources: ContextSources,
	signal: AbortSignal,
): Promise<{ readonly text: string; readonly file: string }> {
	const nameOf = ({ path, label }: ContextItem): string => path ?? label;
	const [first] = read.texts;
	if (first) return { text: read.texts.map(({ text }) => text).join('\n\n'), file: nameOf(first.item) };
	const selection = sources.all.find(({ kind }) => kind === 'selection');
	const [item] = (await selection?.search('', signal)) ?? [];
	const selected = item && (await selection?.read(item, signal));
	return selected && 'text' in selected ? { text: selected.text, file: nameOf(selected.item) } : { text: '', file: '' };
}

interface Answering {
	readonly question: Question;
	readonly response: vscode.ChatResponseStream;
	readonly signal: AbortSignal;
}

async function answer(
	parts: ParticipantParts,
	messages: readonly ChatMessage[],
	{ question, response, signal }: Answering,
): Promise<void> {
	const assistant = await parts.assistants.current();
	const system = systemText(findTemplate(await parts.templates(), 'chat'), assistant);
	response.progress(vscode.l10n.t('Asking the model...'));
	const generator = await parts.generator(assistant?.model ?? 'chat');
	const maxTokens = answerTokens(generator.model);
	const budgetTokens = generator.model.contextTokens - maxTokens;
	const built = await buildChatPrompt({ system, context: [], messages, budgetTokens }, text =>
		generator.countTokens(text),
	);
	reportContext(built, question.read, response);
	const given = question.message.context.map(({ item }) => item);
	const citations = new CitationStream(given, ({ path, lines }) => addressOf(given, path, lines.first));
	const sampling = { temperature: 0.3, topP: 0.95 };
	const request = { prompt: built.prompt, maxTokens, sampling, stop: [], priority: 'chat' } as const;
	for await (const event of generator.generate(request, signal)) {
		if (event.type === 'text') show(citations.push(event.text), response);
		else if (event.reason === 'length')
			show(`${citations.end()}\n\n*${vscode.l10n.t('The answer reached its longest length.')}*`, response);
		else show(citations.end(), response);
	}
}

function show(text: string, response: vscode.ChatResponseStream): void {
	if (text !== '') response.markdown(text);
}

/** Shows what was read, and says what the model does not see. */
function reportContext({ dropped }: BuiltChatPrompt, read: ContextRead, response: vscode.ChatResponseStream): void {
	for (const { item } of read.texts) {
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
