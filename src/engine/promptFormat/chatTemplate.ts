import { Template } from '@huggingface/jinja';
import { type ChatMessage, GenerationError } from '../../generation';
import { badModel } from '../tokenizer';
import { type ChatFormat } from './modelDescription';
import { TimeIsUp, withinTime } from './timeLimit';

/** A rendered prompt in order: what the template wrote, and what a person wrote. Only the first may name control tokens. */
export type RenderedPart = { readonly template: string } | { readonly text: string };

const maxTemplateLength = 256 * 1024;
/** What a template may write beside the messages, in characters. */
const maxTemplateOutput = 256 * 1024;
/** A real template takes a few; the engine answers nobody while one runs. */
const maxTemplateMs = 1000;

/** Renders a chat template as it stands. @throws GenerationError badModel for a broken or boundless one, unsupportedTask when it
 * refuses these messages */
export function renderTemplate(chat: ChatFormat, values: Readonly<Record<string, unknown>>): string {
	const template = parseTemplate(chat);
	let rendered: string;
	try {
		rendered = withinTime(maxTemplateMs, () => template.render({ ...chat.tokens, ...values }));
	} catch (error) {
		if (error instanceof TimeIsUp) throw badModel(chat.file, 'the chat template never ends', error);
		const reason = error instanceof Error ? error.message : String(error);
		throw new GenerationError(
			'unsupportedTask',
			`${chat.file}: the chat template refused the messages: ${reason}. Choose another model.`,
			{
				cause: error,
			},
		);
	}
	if (rendered.length > maxTemplateOutput + 4 * JSON.stringify(values).length)
		throw badModel(chat.file, `the chat template wrote ${rendered.length} characters`);
	return rendered;
}

function parseTemplate({ template, file }: ChatFormat): Template {
	if (template.length > maxTemplateLength) throw badModel(file, 'the chat template is too long');
	try {
		return withinTime(maxTemplateMs, () => new Template(template));
	} catch (error) {
		throw badModel(file, 'the chat template has a mistake', error);
	}
}

/**
 * Renders messages so that their text stays apart from the template's: the template sees a mark in place of each text, and the
 * result is split at the marks. A template that trims its texts is recognised by rendering the real ones beside it.
 * @throws GenerationError unsupportedTask when the template leaves a message out
 */
export function renderMessages(chat: ChatFormat, messages: readonly ChatMessage[]): readonly RenderedPart[] {
	try {
		return renderApart(chat, messages);
	} catch (error) {
		const folded = foldSystem(messages);
		if (!folded || !(error instanceof GenerationError) || error.code !== 'unsupportedTask') throw error;
		// Some templates (Gemma's) know no system message: its text then opens the first turn.
		return renderApart(chat, folded);
	}
}

function renderApart(chat: ChatFormat, messages: readonly ChatMessage[]): readonly RenderedPart[] {
	const render = (texts: readonly string[]): string =>
		renderTemplate(chat, {
			messages: messages.map(({ role }, index) => ({ role, content: texts[index] })),
			add_generation_prompt: true,
			enable_thinking: false,
		});
	const template = render(messages.map((_, index) => mark(index)));
	const texts = messages.map(({ text }) => text);
	for (const index of messages.keys())
		if (!template.includes(mark(index)))
			throw new GenerationError(
				'unsupportedTask',
				`${chat.file}: the chat template leaves out a message. Choose another model.`,
			);
	const trimmed = texts.map(text => text.trim());
	const real = trimmed.some((text, index) => text !== texts[index]) ? render(texts) : undefined;
	return split(template, real !== undefined && join(split(template, trimmed)) === real ? trimmed : texts);
}

/** No template can know the mark, and no text is searched for it: texts are put in after the split. */
function mark(index: number): string {
	return `\u{f1e2c}inkling${index}\u{f1e2d}`;
}

function split(template: string, texts: readonly string[]): readonly RenderedPart[] {
	return template
		.split(/\u{f1e2c}inkling(\d+)\u{f1e2d}/u)
		.map((part, index) => (index % 2 === 1 ? { text: texts[Number(part)] ?? '' } : { template: part }))
		.filter(part => ('text' in part ? part.text : part.template) !== '');
}

function join(parts: readonly RenderedPart[]): string {
	return parts.map(part => ('text' in part ? part.text : part.template)).join('');
}

function foldSystem(messages: readonly ChatMessage[]): readonly ChatMessage[] | undefined {
	const [system, first, ...rest] = messages;
	if (system?.role !== 'system' || first?.role !== 'user') return undefined;
	return [{ role: 'user', text: `${system.text}\n\n${first.text}` }, ...rest];
}
