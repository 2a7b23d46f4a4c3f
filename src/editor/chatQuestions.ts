import { LruCache } from '../base';
import {
	buildChatPrompt,
	expandSlashCommand,
	listSlashCommands,
	readContext,
	resolveSlashCommand,
	systemText,
	takeWorkspaceMention,
	type BuiltChatPrompt,
	type ChatPromptMessage,
	type ContextItem,
	type ContextText,
	type CountTokens,
	type OlderTurns,
	type SlashCommand,
} from '../chat';
import { findTemplate, type Assistant, type TemplateLibrary } from '../prompts';
import { type Assistants } from './assistants';
import { type ContextSources } from './context';
import { slashCommandWords } from './slashCommandWords';

interface Parts {
	readonly sources: ContextSources;
	readonly assistants: Assistants;
	readonly templates: () => Promise<TemplateLibrary>;
}

/** A prompt, and the places that its last question was given: what the answer may cite. */
export interface BuiltQuestion extends BuiltChatPrompt {
	readonly given: readonly ContextItem[];
}

export interface QuestionBudget {
	readonly budgetTokens: number;
	readonly countTokens: CountTokens;
	/** What becomes of turns that do not fit; absent: they are left out. */
	readonly older?: OlderTurns;
}

/** Questions whose passages are remembered, so that earlier turns stay as they were. */
const mostRemembered = 200;

/** Turns a conversation as it was typed into a prompt: commands in the words of their templates, `#workspace` with the passages that
 * were found, told to the model by the assistant that was chosen. Inkling's own chat and VS Code's ask the same way. */
export class ChatQuestions {
	private readonly found = new LruCache<string, readonly ContextText[]>(
		{ maxEntries: mostRemembered, maxAgeMs: Infinity },
		() => 0,
	);

	constructor(private readonly parts: Parts) {}

	/** The commands a message can begin with. */
	async commands(): Promise<readonly SlashCommand[]> {
		return listSlashCommands(await this.parts.templates(), slashCommandWords());
	}

	/**
	 * Builds the prompt of a conversation whose last message is the question.
	 * @throws GenerationError promptTooLong, TemplateError where the chat's own template is broken
	 */
	async prompt(
		messages: readonly ChatPromptMessage[],
		{ countTokens, ...budget }: QuestionBudget,
		signal: AbortSignal,
	): Promise<BuiltQuestion> {
		const library = await this.parts.templates();
		const assistant = await this.parts.assistants.current();
		const commands = listSlashCommands(library, slashCommandWords());
		const asked = await Promise.all(
			messages.map(async message => {
				if (message.role !== 'user') return message;
				const withPassages = await this.withPassages(message, assistant, signal);
				return expand(withPassages, commands, library);
			}),
		);
		const system = systemText(findTemplate(library, 'chat'), assistant);
		const built = await buildChatPrompt({ system, context: [], messages: asked, ...budget }, countTokens);
		const given = asked.flatMap(({ context }) => context ?? []).map(({ item }) => item);
		return { ...built, given: given.filter(item => !built.dropped.context.includes(item)) };
	}

	/** With the passages that the message asks for, or that the assistant looks everything up in. */
	private async withPassages(
		message: ChatPromptMessage,
		assistant: Assistant | undefined,
		signal: AbortSignal,
	): Promise<ChatPromptMessage> {
		const { text, asksWorkspace } = takeWorkspaceMention(message.text);
		const folders = asksWorkspace ? [] : (assistant?.context ?? []);
		if (!asksWorkspace && folders.length === 0) return message;
		const key = JSON.stringify([text, folders]);
		let passages = this.found.get(key);
		if (!passages) {
			const items = await this.parts.sources.passages.searchIn(folders, text, signal);
			passages = (await readContext(items, this.parts.sources.all, signal)).texts;
			if (!signal.aborted) this.found.set(key, passages);
		}
		return { ...message, text, context: [...(message.context ?? []), ...passages] };
	}
}

/** A message that begins with a command, in the words of its template; what was attached is then what the command works on. */
function expand(
	message: ChatPromptMessage,
	commands: readonly SlashCommand[],
	library: TemplateLibrary,
): ChatPromptMessage {
	const input = resolveSlashCommand(message.text, commands);
	if (input.kind !== 'command') return message;
	const context = message.context ?? [];
	const [first] = context;
	const subject = {
		text: context.map(({ text }) => text).join('\n\n'),
		file: first ? (first.item.path ?? first.item.label) : '',
	};
	const text = expandSlashCommand(input, findTemplate(library, input.command.template), subject);
	// Without a text to work on it stays what was typed: the model can ask for it.
	const { role, id } = message;
	return text === undefined ? message : { role, text, ...(id !== undefined && { id }) };
}
