import * as vscode from 'vscode';
import { type Log } from '../../base';
import { answerTokens, CitationStream, type ContextItem, type ContextRead, type Summary } from '../../chat';
import { type GenerateRequest, type TextGenerator } from '../../generation';
import { type Assistants } from '../assistants';
import { type BuiltQuestion, type ChatQuestions } from '../chatQuestions';
import { describeEgress } from '../egressWords';
import { type ChatRole } from '../engines';
import { keptSummaries, namedMessages } from './history';
import { describeLeftOut } from './leftOut';
import { type ShownAnswer } from './shownAnswer';
import { type ParticipantSummaries } from './summaries';

export interface AnsweringParts {
	readonly assistants: Assistants;
	readonly questions: ChatQuestions;
	/** The model of the chat, or of commands on text where an assistant asks for that. @throws GenerationError */
	readonly generator: (role: ChatRole) => Promise<TextGenerator>;
	/** Absent where turns that no longer fit are left out. */
	readonly summaries: () => ParticipantSummaries | undefined;
	readonly log: Log;
}

/** A question, all that was said before it, and what was attached to it. */
export interface AskedRequest {
	readonly question: string;
	readonly history: vscode.ChatContext['history'];
	readonly read: ContextRead;
}

/** Answers a question of VS Code's chat. @throws GenerationError */
export async function answerRequest(
	parts: AnsweringParts,
	{ question, history, read }: AskedRequest,
	shown: ShownAnswer,
	signal: AbortSignal,
): Promise<void> {
	shown.progress(vscode.l10n.t('Asking the model...'));
	const generator = await parts.generator((await parts.assistants.current())?.model ?? 'chat');
	const maxTokens = answerTokens(generator.model);
	const named = namedMessages(history, question);
	const messages = named.map((message, index) =>
		index === named.length - 1 ? { ...message, context: read.texts } : message,
	);
	const summaries = parts.summaries();
	const kept = keptSummaries(history);
	const made = summaries?.of(named) ?? [];
	const budget = {
		budgetTokens: generator.model.contextTokens - maxTokens,
		countTokens: (text: string) => generator.countTokens(text),
		...(summaries && { older: { summaries: [...kept, ...made] } }),
	};
	const built = await parts.questions.prompt(messages, budget, signal);
	const isNew = !kept.some(({ upTo }) => upTo === built.older?.upTo);
	const summary = isNew ? made.find(({ upTo }) => upTo === built.older?.upTo) : undefined;
	tellContext(built, read, summary, shown);
	const sampling = { temperature: 0.3, topP: 0.95 };
	const request = { prompt: built.prompt, maxTokens, sampling, stop: [], priority: 'chat' } as const;
	await stream(generator, request, { given: built.given, shown, signal });
	if (built.due && !signal.aborted) summaries?.make(built.due, generator);
}

/** Shows what was read, and says what the model does not see. */
function tellContext(built: BuiltQuestion, read: ContextRead, summary: Summary | undefined, shown: ShownAnswer): void {
	for (const item of new Set([...read.texts.map(text => text.item), ...built.given])) {
		const uri = uriOf(item);
		if (!uri || built.dropped.context.includes(item)) continue;
		const range = item.lines && new vscode.Range(item.lines.first - 1, 0, item.lines.last - 1, 0);
		shown.reference(range ? new vscode.Location(uri, range) : uri);
	}
	shown.summary = summary;
	shown.notes(describeLeftOut(built, read, summary));
}

interface Streaming {
	/** The places that may be cited. */
	readonly given: readonly ContextItem[];
	readonly shown: ShownAnswer;
	readonly signal: AbortSignal;
}

async function stream(
	generator: TextGenerator,
	request: GenerateRequest,
	{ given, shown, signal }: Streaming,
): Promise<void> {
	const citations = new CitationStream(given, ({ path, lines }) => addressOf(given, path, lines.first));
	for await (const event of generator.generate(request, signal)) {
		if (event.type === 'reasoning') continue;
		shown.say(event.type === 'text' ? citations.push(event.text) : citations.end());
		if (event.type !== 'done') continue;
		if (event.reason === 'length') shown.close(vscode.l10n.t('The answer reached its longest length.'));
		shown.close(describeEgress(generator.model, event.usage));
	}
}

function addressOf(given: readonly ContextItem[], path: string, line: number): string {
	const item = given.find(one => one.path === path);
	return `${(item && uriOf(item))?.toString() ?? ''}#L${line}`;
}

function uriOf(item: ContextItem): vscode.Uri | undefined {
	return item.path === undefined ? undefined : vscode.Uri.parse(item.id).with({ fragment: '' });
}
