import { basename } from 'node:path';
import { GenerationError, type TextGenerator } from '../generation';
import {
	abilityFor,
	extractiveSummary,
	findTemplate,
	formatExtractiveSummary,
	runTask,
	type TaskEvent,
	type Template,
	type TemplateLibrary,
} from '../prompts';
import { type Command, type CommandContext, type Result } from './command';
import { badRequest, pairsField, requiredText, switchField, textField, type Fields } from './fields';
import { extensionOf, languageIdOf } from './languageIds';
import { milliseconds, modelFields, usageFields } from './measures';
import { chooseTaskFolder } from './taskModel';
import { readTemplates } from './templates';
import { readTextFile } from './textFile';

/** The editor's commands on whole documents: Summarize, Translate, Continue Writing and users' own templates. */
export const taskCommand: Command = {
	name: 'task',
	summary: 'Run a prompt template on a document, as the commands of the editor do.',
	flags: {
		template: { type: 'string', value: '<name>', help: 'summarize, translate, continue ... (required; see --list).' },
		file: { type: 'string', value: '<path>', help: 'Document (required). UTF-8.' },
		set: { type: 'string', multiple: true, value: '<name=value>', help: "A value of the template: 'language=zh'." },
		language: { type: 'string', value: '<id>', help: "VS Code's language id; from the file name when absent." },
		templates: { type: 'string', value: '<folder>', help: 'Folder with templates of your own.' },
		list: { type: 'boolean', help: 'List the templates and their values instead.' },
		extractive: {
			type: 'boolean',
			help: 'summarize without a model: the most telling sentences of the text as they stand.',
		},
		text: { type: 'string', batchOnly: true, help: 'The document itself, instead of file.' },
	},
	notes: [
		'The result has text, tokenIds, reason (stop, length or cancelled) and notes: what was split, cut or left out. Token counts and times are sums over all calls to the model.',
	],
	run: task,
};

async function task(fields: Fields, context: CommandContext): Promise<Result> {
	const library = await readTemplates(context.root, textField(fields, 'templates'), context.cwd);
	if (switchField(fields, 'list')) return listTemplates(library);
	const template = findTemplate(library, requiredText(fields, 'template'));
	const values = valuesFrom(fields, template);
	const document = await documentFrom(fields, context.cwd);
	if (switchField(fields, 'extractive')) return summarizeWithoutModel(template, document);
	return withExtractiveHint(template, async () => {
		const folder = await chooseTaskFolder(template, values, context.engines);
		const generator = await context.engines.load(folder);
		return runOn(generator, { template, values, document, signal: context.signal });
	});
}

interface TaskText {
	readonly text: string;
	readonly languageId: string;
	readonly fileName: string;
}

interface Run {
	readonly template: Template;
	readonly values: Readonly<Record<string, string>>;
	readonly document: TaskText;
	readonly signal: AbortSignal;
}

async function runOn(generator: TextGenerator, { template, values, document, signal }: Run): Promise<Result> {
	const start = performance.now();
	let firstTextMs: number | undefined;
	let text = '';
	let done: Extract<TaskEvent, { type: 'done' }> | undefined;
	const notes: Extract<TaskEvent, { type: 'note' }>['note'][] = [];
	for await (const event of runTask({ template, text: document.text, values, document, generator, signal })) {
		if (event.type === 'text') {
			if (event.text !== '') firstTextMs ??= performance.now() - start;
			text += event.text;
		} else if (event.type === 'note') notes.push(event.note);
		else if (event.type === 'done') done = event;
	}
	return {
		text,
		tokenIds: done?.tokenIds ?? [],
		reason: done?.reason,
		...usageFields(done?.usage),
		...milliseconds('firstTextMs', firstTextMs),
		...milliseconds('totalMs', performance.now() - start),
		notes,
		template: template.name,
		method: abilityFor(generator.model, template, values)?.kind,
		...modelFields(generator),
	};
}

async function withExtractiveHint(template: Template, run: () => Promise<Result>): Promise<Result> {
	try {
		return await run();
	} catch (error) {
		if (!(error instanceof GenerationError) || error.code !== 'unsupportedTask' || template.name !== 'summarize')
			throw error;
		const hint = 'Or use --extractive, which picks the most telling sentences without a model.';
		throw new GenerationError('unsupportedTask', `${error.message} ${hint}`, { cause: error });
	}
}

function summarizeWithoutModel(template: Template, document: TaskText): Result {
	if (template.name !== 'summarize') throw badRequest('--extractive goes with --template summarize only.');
	const start = performance.now();
	const summary = extractiveSummary(document.text, { languageId: document.languageId, maxSentences: 6 });
	return {
		text: formatExtractiveSummary(summary),
		reason: 'stop',
		...milliseconds('totalMs', performance.now() - start),
		sentences: summary.sentences.length,
		ofSentences: summary.sentenceCount,
		template: template.name,
		method: 'extractive',
	};
}

async function documentFrom(fields: Fields, cwd: string): Promise<TaskText> {
	const file = textField(fields, 'file') ?? '';
	const languageId = textField(fields, 'language') ?? languageIdOf(extensionOf(file));
	const given = textField(fields, 'text');
	if (given !== undefined && file !== '') throw badRequest('text and file exclude each other. Give one of them.');
	const text = given ?? (await readTextFile(requiredText(fields, 'file'), cwd));
	return { text, languageId, fileName: file === '' ? '' : basename(file) };
}

function valuesFrom(fields: Fields, template: Template): Readonly<Record<string, string>> {
	const values = pairsField(fields, 'set');
	const known = Object.keys(template.values);
	const unknown = Object.keys(values).find(name => !known.includes(name));
	if (unknown === undefined) return values;
	throw badRequest(`The template ${template.name} has no value ${unknown}. Known: ${known.join(', ') || 'none'}.`);
}

function listTemplates(library: TemplateLibrary): Result {
	const templates = [...library.templates.values()].map(({ name, title, description, values, origin, file }) => ({
		name,
		title,
		description,
		values,
		origin,
		file,
	}));
	return { templates, problems: library.problems.map(({ message }) => message) };
}
