import * as vscode from 'vscode';
import { untilAborted, type Log } from '../../base';
import { GenerationError, type TextGenerator } from '../../generation';
import {
	abilityFor,
	findHiddenCharacters,
	findTemplate,
	runTask,
	TemplateError,
	withoutFence,
	type TaskEvent,
	type Template,
	type TemplateLibrary,
} from '../../prompts';
import { type Proposals } from '../proposal';
import { type ResultPanel, type ResultWriter } from '../resultPanel';
import { describeLimits, describeNote, describeProgress, describeTemplateError } from '../taskNotes';
import { insertResult, type InsertPlace, type TaskSource } from '../taskSource';
import { describeEgress } from '../egressWords';
import { describeError } from '../userErrors';

/** What the commands on text need. */
export interface TextCommandParts {
	readonly panel: ResultPanel;
	readonly proposals: Proposals;
	readonly templates: () => Promise<TemplateLibrary>;
	/** The model for a task such as 'translate', loaded; it may turn out not to be able to. @throws GenerationError */
	readonly taskGenerator: (task: string, document: vscode.Uri) => Promise<TextGenerator>;
	readonly memory: vscode.Memento;
	readonly log: Log;
}

/** One use of a command. */
export interface TextTask {
	/** Name of the template. */
	readonly template: string;
	/** Name of the command for the panel and the diff. */
	readonly title: string;
	readonly source: TaskSource;
	readonly values: Readonly<Record<string, string>>;
	readonly insertPlace: InsertPlace;
	/** Called when no installed model can do the task, after the panel said so. */
	readonly onUnsupported: () => void;
}

/** Runs a template on a text and streams the result into the panel. Failures are shown there, never thrown. */
export async function runTextTask(parts: TextCommandParts, task: TextTask): Promise<void> {
	const controller = new AbortController();
	const writer = openResult(parts, task, () => controller.abort());
	try {
		const library = await parts.templates();
		for (const problem of library.problems) {
			parts.log.warn(problem.message);
			writer.note(describeTemplateError(problem));
		}
		const template = findTemplate(library, task.template);
		const generator = await untilAborted(parts.taskGenerator(task.template, task.source.uri), controller.signal);
		if (!generator) writer.finish(vscode.l10n.t('Stopped.'));
		else if (!abilityFor(generator.model, template, task.values)) reportUnsupported(writer, task);
		else await streamResult({ ...parts, task, template, generator, signal: controller.signal }, writer);
	} catch (error) {
		reportFailure(error, writer, parts.log, task);
	}
}

/** Opens the panel with the buttons of a task. */
export function openResult(
	parts: Pick<TextCommandParts, 'panel' | 'proposals'>,
	task: Omit<TextTask, 'onUnsupported' | 'values' | 'template'>,
	stop: () => void,
): ResultWriter {
	const { source, title, insertPlace } = task;
	return parts.panel.open({
		title,
		canReplace: insertPlace === 'atCursor',
		insert: text => insertResult(source, withoutFence(text, source.text), insertPlace),
		replace: async result => {
			const { uri, start, text } = source;
			const replacement = withoutFence(result, text);
			const isShown = await parts.proposals.show({ uri, start, original: text, replacement, title });
			return isShown ? vscode.l10n.t('Review the change and accept or discard it in the title bar of the diff.') : '';
		},
		stop,
	});
}

interface Streaming {
	readonly task: TextTask;
	readonly template: Template;
	readonly generator: TextGenerator;
	readonly signal: AbortSignal;
	readonly log: Log;
}

async function streamResult(streaming: Streaming, writer: ResultWriter): Promise<void> {
	const { task, template, generator, signal, log } = streaming;
	const { source, values } = task;
	const startedAt = performance.now();
	const limits = describeLimits(generator.model.id, template.name, source.document.languageId);
	if (limits !== undefined) writer.note(limits);
	let text = '';
	for await (const event of runTask({
		template,
		text: source.text,
		document: source.document,
		values,
		generator,
		signal,
	})) {
		if (event.type === 'text') text += event.text;
		showEvent(event, writer);
		if (event.type !== 'done') continue;
		const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
		const tokens = event.usage.newTokens;
		log.info(
			`${template.name} by ${generator.model.id}: ${event.reason}, ${event.usage.promptTokens} prompt (${event.usage.reusedTokens} reused) and ${tokens} new tokens in ${seconds} s.`,
		);
		noteHiddenCharacters(text, source.text, writer);
		writer.finish(
			event.reason === 'cancelled'
				? vscode.l10n.t('Stopped.')
				: `${vscode.l10n.t('Done by {model}: {tokens} tokens in {seconds} s.', {
						model: generator.model.name,
						tokens,
						seconds,
					})} ${describeEgress(generator.model, event.usage)}`.trim(),
		);
	}
}

function showEvent(event: TaskEvent, writer: ResultWriter): void {
	if (event.type === 'text') writer.append(event.text);
	else if (event.type === 'note') writer.note(describeNote(event.note));
	else if (event.type === 'progress') {
		const { stage, done, total } = event;
		writer.progress(total === 0 ? 1 : done / total, describeProgress(stage, done, total));
	}
}

/** What the model made up that nobody can see (S7); what was in the text already is the author's business. */
function noteHiddenCharacters(result: string, original: string, writer: ResultWriter): void {
	const known = new Set(findHiddenCharacters(original).map(character => character.codePoint));
	const added = findHiddenCharacters(result).filter(character => !known.has(character.codePoint));
	if (added.length === 0) return;
	const characters = [...new Set(added.map(character => character.codePoint))].join(', ');
	writer.note(
		vscode.l10n.t('The result contains {count} invisible characters ({characters}).', {
			count: added.length,
			characters,
		}),
	);
}

function reportUnsupported(writer: ResultWriter, task: TextTask): void {
	writer.fail(vscode.l10n.t('No installed model can do this.'));
	task.onUnsupported();
}

function reportFailure(error: unknown, writer: ResultWriter, log: Log, task: TextTask): void {
	if (error instanceof GenerationError && (error.code === 'unsupportedTask' || error.code === 'modelMissing')) {
		log.warn(`${error.code}: ${error.message}`);
		reportUnsupported(writer, task);
		return;
	}
	const known = error instanceof GenerationError ? `${error.code}: ${error.message}` : undefined;
	log.error(known ?? (error instanceof Error ? (error.stack ?? error.message) : String(error)));
	writer.fail(error instanceof TemplateError ? describeTemplateError(error) : describeError(error).text);
}

/** Says that no installed model can do a task and offers the ways on that exist. */
export async function offerWaysOn(
	message: string,
	more: readonly { readonly label: string; run(): void }[] = [],
): Promise<void> {
	const ways = [
		{ label: vscode.l10n.t('Choose Model...'), run: () => void vscode.commands.executeCommand('inkling.model.choose') },
		{
			label: vscode.l10n.t('Connect to Server...'),
			run: () => void vscode.commands.executeCommand('inkling.server.connect'),
		},
		...more,
	];
	const chosen = await vscode.window.showWarningMessage(message, ...ways.map(way => way.label));
	ways.find(way => way.label === chosen)?.run();
}
