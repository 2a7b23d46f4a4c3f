import { languages, renderTemplate, type Template, type TemplateLibrary } from '../prompts';

/** A command that can stand at the start of a message. */
export interface SlashCommand {
	/** Without the slash. */
	readonly name: string;
	/** Name of the template that says what to do. */
	readonly template: string;
	/** What the words behind the name are: the text itself, or a wish about a selected or attached text. */
	readonly argument: 'text' | 'wish';
	readonly title: string;
	/** One sentence about what it does. */
	readonly help: string;
}

/** The commands that ship. `editor/` has their titles in the user's language. */
export const slashCommandNames = [
	'summarize',
	'translate',
	'continue',
	'explain',
	'fix',
	'doc',
	'tests',
	'rewrite',
] as const;
export type SlashCommandName = (typeof slashCommandNames)[number];

/** Titles and help of the commands that ship, in the user's language. */
export type SlashCommandWords = Readonly<Record<SlashCommandName, { readonly title: string; readonly help: string }>>;

const templates: Readonly<Record<SlashCommandName, string>> = {
	summarize: 'summarize',
	translate: 'translate',
	continue: 'continue',
	explain: 'explain',
	fix: 'fix',
	doc: 'document',
	tests: 'tests',
	rewrite: 'rewrite',
};

/** The commands that ship, then the templates that a person or a trusted workspace added, each in alphabetical order of its own. */
export function listSlashCommands(library: TemplateLibrary, words: SlashCommandWords): readonly SlashCommand[] {
	const shipped = slashCommandNames
		.filter(name => library.templates.has(templates[name]))
		.map((name): SlashCommand => ({
			name,
			template: templates[name],
			argument: name === 'summarize' || name === 'translate' ? 'text' : 'wish',
			...words[name],
		}));
	const taken = new Set([...slashCommandNames, ...Object.values(templates), 'chat']);
	const own = [...library.templates.values()].filter(({ name, origin }) => origin !== 'builtIn' && !taken.has(name));
	return [...shipped, ...own.map(ownCommand).sort((a, b) => (a.name < b.name ? -1 : 1))];
}

function ownCommand({ name, title, description, values }: Template): SlashCommand {
	return { name, template: name, argument: 'wish' in values ? 'wish' : 'text', title, help: description };
}

/** What a person typed, read as a command where it is one. */
export type SlashInput =
	| { readonly kind: 'message'; readonly text: string }
	| {
			readonly kind: 'command';
			readonly command: SlashCommand;
			/** What stood behind the name and its values, trimmed. */
			readonly rest: string;
			/** Values for the template that were named, such as `language`. */
			readonly values: Readonly<Record<string, string>>;
	  }
	/** Looks like a command, but there is none of this name. */
	| { readonly kind: 'unknown'; readonly name: string; readonly closest: SlashCommand | undefined };

const commandStart = /^\s*\/([a-z][a-z0-9-]*)(?=\s|$)/;

/** Reads typed text. A path such as `/usr/bin` and everything that does not start with a slash is a message as it stands. */
export function resolveSlashCommand(input: string, commands: readonly SlashCommand[]): SlashInput {
	const name = commandStart.exec(input)?.[1];
	if (name === undefined) return { kind: 'message', text: input };
	const command = commands.find(candidate => candidate.name === name);
	if (!command) return { kind: 'unknown', name, closest: completeSlashCommand(`/${name.slice(0, 2)}`, commands)[0] };
	const rest = input.replace(commandStart, '').trim();
	if (command.template !== 'translate') return { kind: 'command', command, rest, values: {} };
	const target = languageAtStart(rest);
	return target
		? { kind: 'command', command, rest: rest.slice(target.length).trim(), values: { language: target.tag } }
		: { kind: 'command', command, rest, values: {} };
}

/** The commands whose names begin with what was typed, while nothing but a name was typed. */
export function completeSlashCommand(typed: string, commands: readonly SlashCommand[]): readonly SlashCommand[] {
	const name = /^\/([a-z0-9-]*)$/.exec(typed)?.[1];
	return name === undefined ? [] : commands.filter(command => command.name.startsWith(name));
}

/** What a command works on. */
export interface SlashSubject {
	/** The selected or attached text; '' when there is none. */
	readonly text: string;
	/** Name of the file it is from; '' when there is none. */
	readonly file: string;
}

/**
 * The message a command stands for, in the words of its template. Undefined when there is no text to work on: nothing was
 * selected or attached and nothing typed.
 */
export function expandSlashCommand(
	input: Extract<SlashInput, { kind: 'command' }>,
	template: Template,
	subject: SlashSubject,
): string | undefined {
	const takesWish = input.command.argument === 'wish' && subject.text.trim() !== '';
	const text = takesWish || input.rest === '' ? subject.text : input.rest;
	if (text.trim() === '') return undefined;
	const wish = takesWish && input.rest !== '' ? { wish: input.rest } : {};
	const file = text === subject.text ? subject.file : '';
	const messages = renderTemplate(template, { ...input.values, ...wish, text, file, part: '1', parts: '1' });
	const rules = messages.filter(({ role }) => role === 'system');
	return [...rules, messages.at(-1)!].map(message => message.text).join('\n\n');
}

/** 'zh-CN', 'to German', 'Deutsch:' at the start of what follows `/translate`. */
function languageAtStart(rest: string): { readonly tag: string; readonly length: number } | undefined {
	const lower = rest.toLowerCase();
	const lead = lower.startsWith('to ') ? 3 : 0;
	const names = languages
		.flatMap(({ tag, english, own }) => [tag, english, own].map(name => ({ tag, name: name.toLowerCase() })))
		.sort((a, b) => b.name.length - a.name.length);
	const found = names.find(
		({ name }) => lower.startsWith(name, lead) && /^(?:[\s:：,，]|$)/.test(lower.slice(lead + name.length)),
	);
	if (!found) return undefined;
	const end = lead + found.name.length;
	return { tag: found.tag, length: end + (/^[:：,，]/.test(lower.slice(end)) ? 1 : 0) };
}
