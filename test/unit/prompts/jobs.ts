import { readFileSync } from 'node:fs';
import { parseTemplate, runTask, type TaskEvent, type TaskNote, type Template } from '../../../src/prompts';
import { type ScriptedGenerator } from './scriptedGenerator';

/** A template that ships. */
export const shipped = (name: string) =>
	parseTemplate(
		{ path: `${name}.md`, text: readFileSync(new URL(`../../../media/prompts/${name}.md`, import.meta.url), 'utf8') },
		'builtIn',
	);

/** A template, a text and a model. */
export interface Job {
	readonly template: Template;
	readonly text: string;
	readonly generator: ScriptedGenerator;
	readonly language?: string;
	readonly languageId?: string;
	readonly signal?: AbortSignal;
	readonly onEvent?: (event: TaskEvent) => void;
}

/** Runs a template on a text and collects what comes of it. */
export async function run(job: Job) {
	const events: TaskEvent[] = [];
	const values = job.language === undefined ? {} : { language: job.language };
	const document = { languageId: job.languageId ?? 'markdown', fileName: 'note.md' };
	const signal = job.signal ?? new AbortController().signal;
	for await (const event of runTask({ ...job, values, document, signal })) {
		events.push(event);
		job.onEvent?.(event);
	}
	const text = events.map(event => (event.type === 'text' ? event.text : '')).join('');
	const notes: TaskNote[] = events.flatMap(event => (event.type === 'note' ? [event.note] : []));
	return { text, notes, done: events.at(-1), events };
}
