import { type ChatMessage } from '../generation';
import { readFrontMatter, type FrontMatter, type LongText } from './frontMatter';
import { languageName } from './languages';
import { readInstructionFile } from './markdownHead';
import { TemplateError } from './templateError';

/** Where a template came from; later ones replace earlier ones of the same name. */
export type TemplateOrigin = 'builtIn' | 'user' | 'workspace';

/** A file as it was read. `path` is only shown to people. */
export interface TemplateFile {
	readonly path: string;
	readonly text: string;
}

/**
 * A task in words: what a model that follows instructions is told. Written as a Markdown file of YAML front matter and
 * the sections `# System`, `# User`, `# Assistant` and `# Combine`; see media/prompts for the ones that ship.
 */
export interface Template extends FrontMatter {
	readonly file: string;
	readonly origin: TemplateOrigin;
	/** Unrendered messages; earlier user/assistant pairs are examples, the last one is the task. */
	readonly messages: readonly ChatMessage[];
	/** Replaces the last message when the answers to the parts of a long text are put together. */
	readonly combine: string | undefined;
}

export type { LongText };

/** Names a template may use without declaring them. `text` is the piece of document to work on. */
export const reservedNames = ['text', 'file', 'languageName', 'part', 'parts'] as const;

const placeholder = /\\?\{\{\s*([^{}]*?)\s*\}\}/g;

/**
 * Reads one template file.
 * @throws TemplateError with the line of the first thing that is wrong
 */
export function parseTemplate(file: TemplateFile, origin: TemplateOrigin): Template {
	const text = readInstructionFile(file.path, file.text);
	const { frontMatter, bodyLine, body } = readFrontMatter(file.path, text);
	const sections = readSections(file.path, body, bodyLine);
	const known = new Set<string>([...reservedNames, ...Object.keys(frontMatter.values)]);
	for (const section of sections) checkNames(file.path, section, known);
	const messages = sections.filter(section => section.role !== 'combine').map(toMessage);
	checkMessages(file.path, bodyLine, messages);
	const combine = sections.find(section => section.role === 'combine')?.text;
	return { ...frontMatter, file: file.path, origin, messages, combine };
}

/**
 * Puts values into the messages, in one pass: a value that itself contains `{{x}}` stays as it is. Declared defaults
 * apply where `values` has nothing; `languageName` follows from the value `language`.
 */
export function renderTemplate(template: Template, values: Readonly<Record<string, string>>): readonly ChatMessage[] {
	const all = withDefaults(template, values);
	return template.messages.map(message => ({ role: message.role, text: substitute(message.text, all) }));
}

/** The messages for putting partial answers together: the template's own `# Combine` in place of its last message. */
export function renderCombine(template: Template, values: Readonly<Record<string, string>>): readonly ChatMessage[] {
	const { combine } = template;
	if (combine === undefined) return renderTemplate(template, values);
	// Examples show the task on a text, not on partial answers; they would mislead here.
	const system = template.messages.filter(message => message.role === 'system');
	return renderTemplate({ ...template, messages: [...system, { role: 'user', text: combine }] }, values);
}

function withDefaults(template: Template, values: Readonly<Record<string, string>>): Map<string, string> {
	const all = new Map<string, string>(Object.entries({ ...template.values, ...values }));
	if (!all.has('languageName')) all.set('languageName', languageName(all.get('language') ?? ''));
	return all;
}

function substitute(text: string, values: ReadonlyMap<string, string>): string {
	return text.replace(placeholder, (whole, name: string) =>
		whole.startsWith('\\') ? whole.slice(1) : (values.get(name) ?? ''),
	);
}

interface Section {
	readonly role: ChatMessage['role'] | 'combine';
	readonly text: string;
	/** Line of the heading in the file. */
	readonly line: number;
}

const heading = /^# (System|User|Assistant|Combine)\s*$/;

/** Splits at the four headings, outside code fences. `\# User` is a line that only looks like one. */
function readSections(file: string, body: string, bodyLine: number): readonly Section[] {
	const sections: { role: Section['role']; line: number; lines: string[] }[] = [];
	let fence: string | undefined;
	for (const [index, text] of body.split('\n').entries()) {
		const line = bodyLine + index;
		const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(text)?.[1];
		const title = fence === undefined ? heading.exec(text)?.[1] : undefined;
		if (mark && fence === undefined) fence = mark;
		else if (mark && fence !== undefined && mark.startsWith(fence)) fence = undefined;
		if (title) sections.push({ role: roleOf(title), line, lines: [] });
		else if (sections.length > 0) sections.at(-1)!.lines.push(text.replace(/^\\# /, '# '));
		else if (text.trim() !== '') {
			throw new TemplateError(
				'badSection',
				file,
				line,
				'Text stands before the first heading. Start with # System or # User.',
			);
		}
	}
	return sections.map(({ role, line, lines }) => ({ role, line, text: lines.join('\n').trim() }));
}

function roleOf(title: string): Section['role'] {
	switch (title) {
		case 'System':
			return 'system';
		case 'Assistant':
			return 'assistant';
		case 'Combine':
			return 'combine';
		default:
			return 'user';
	}
}

function toMessage(section: Section): ChatMessage {
	return { role: section.role === 'combine' ? 'user' : section.role, text: section.text };
}

function checkNames(file: string, section: Section, known: ReadonlySet<string>): void {
	for (const match of section.text.matchAll(placeholder)) {
		const name = match[1]!;
		if (match[0].startsWith('\\') || known.has(name)) continue;
		const line = section.line + 1 + section.text.slice(0, match.index).split('\n').length - 1;
		const names = [...known].join(', ');
		const reason = `{{${name}}} is not a value of this template (${names}). Declare it under values: or write \\{{${name}}} for plain text.`;
		throw new TemplateError('unknownName', file, line, reason);
	}
}

function checkMessages(file: string, bodyLine: number, messages: readonly ChatMessage[]): void {
	const roles = messages.map(message => message.role);
	if (roles.at(-1) !== 'user') {
		const reason = 'The last section (other than # Combine) must be # User: it asks for the answer.';
		throw new TemplateError('noUserSection', file, bodyLine, reason);
	}
	const dialogue = roles[0] === 'system' ? roles.slice(1) : roles;
	if (dialogue.some((role, index) => role !== (index % 2 === 0 ? 'user' : 'assistant'))) {
		const reason = 'Sections must be at most one # System, then # User and # Assistant in turns.';
		throw new TemplateError('badSection', file, bodyLine, reason);
	}
	if (!/\{\{\s*text\s*\}\}/.test(messages.at(-1)!.text)) {
		const reason =
			'The last # User section never uses {{text}}, so the document would not reach the model. Add {{text}}.';
		throw new TemplateError('noText', file, bodyLine, reason);
	}
}
