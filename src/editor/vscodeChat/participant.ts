import * as vscode from 'vscode';
import { readContext, resolveSlashCommand, type ContextItem, type ContextRead } from '../../chat';
import { type ContextSources } from '../context';
import { type ChatQuestions } from '../chatQuestions';
import { describeError } from '../userErrors';
import { answerRequest, type AnsweringParts } from './answering';
import { itemsOf } from './references';
import { ShownAnswer } from './shownAnswer';

export interface ParticipantParts extends AnsweringParts {
	readonly sources: ContextSources;
	readonly icon: vscode.Uri;
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
		const shown = new ShownAnswer(response);
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
			await answerRequest(parts, { question: typedText(request), history, read }, shown, signal);
			return { metadata: shown.facts };
		} catch (error) {
			const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
			parts.log.error(`@inkling could not answer: ${details}`);
			return { errorDetails: { message: describeError(error).text }, metadata: shown.facts };
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
