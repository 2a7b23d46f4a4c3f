import {
	Completer,
	defaultCompletionSettings,
	snapshotOf,
	type CompletionItem,
	type CompletionOutcome,
	type CompletionRequest,
	type CompletionSettings,
} from '../completions';
import { type TextGenerator } from '../generation';
import { type Command, type CommandContext, type Result } from './command';
import { badRequest, choiceField, numberField, requiredText, textField, type Fields } from './fields';
import { extensionOf, languageIdOf, usualExtension } from './languageIds';
import { milliseconds, modelFields, usageFields } from './measures';
import { indentationOf, LineOffsets } from './place';
import { realClock } from './realClock';
import { Recorder, type RecordedCall } from './recorder';
import { readTextFile } from './textFile';

/** The editor's whole completion pipeline at one cursor. */
export const completeCommand: Command = {
	name: 'complete',
	summary: 'What the editor would suggest at a cursor: trigger rules, context, model, stop rules and trims.',
	flags: {
		file: { type: 'string', value: '<path>', help: 'Document (required). UTF-8.' },
		offset: {
			type: 'string',
			value: '<n>',
			help: 'Cursor in UTF-16 units from the start of the text, as VS Code counts (required).',
		},
		language: { type: 'string', value: '<id>', help: "VS Code's language id; from the file name when absent." },
		trigger: { type: 'string', value: '<kind>', help: 'typing: as while typing; manual: as when asked for (typing).' },
		multiline: { type: 'string', value: '<when>', help: 'auto, never or always (auto).' },
		'time-limit-ms': { type: 'string', value: '<n>', help: "Time for the model; the setting's default when absent." },
		text: { type: 'string', batchOnly: true, help: 'The document itself, instead of file.' },
		prefix: {
			type: 'string',
			batchOnly: true,
			help: 'With suffix, instead of file and offset: the cursor stands between.',
		},
		suffix: { type: 'string', batchOnly: true, help: 'See prefix.' },
		extension: { type: 'string', batchOnly: true, help: 'File type of a text that is in no file.' },
	},
	notes: [
		'A byte order mark does not count in offsets. CR LF counts as two units, an emoji usually as two.',
		'The result has text (of the best suggestion), replace (the offsets it replaces), items (all suggestions) and reason: stop, length or cut (by the rules for lines and blocks) for a suggestion, else why there is none, such as middleOfWord. tokenIds and modelText are what the model said before anything was cut away.',
		'There is no wait for the next key: a script has finished typing. Every job is answered on its own; only the KV cache goes on from one to the next.',
	],
	run: complete,
};

interface Place {
	readonly text: string;
	readonly offset: number;
	readonly extension: string;
	readonly languageId: string;
}

async function complete(fields: Fields, context: CommandContext): Promise<Result> {
	const place = await placeFrom(fields, context.cwd);
	const offsets = new LineOffsets(place.text);
	const request = requestAt(place, offsets, choiceField(fields, 'trigger', ['typing', 'manual']) ?? 'typing');
	const settings = settingsFrom(fields, context);
	const generator = await context.engines.loadCompletion();
	const recorder = new Recorder(generator);
	const { outcome, totalMs } = await ask(recorder, request, settings, context);
	// The pipeline only says that the model failed; a script is told why.
	if (outcome.kind === 'none' && outcome.reason === 'modelUnavailable' && recorder.error) throw recorder.error;
	return {
		...resultOf(outcome, recorder.calls, offsets),
		...milliseconds('totalMs', totalMs),
		...modelFields(generator),
	};
}

async function ask(
	generator: TextGenerator,
	request: CompletionRequest,
	settings: CompletionSettings,
	{ log, signal }: CommandContext,
): Promise<{ readonly outcome: CompletionOutcome; readonly totalMs: number }> {
	const completer = new Completer({
		generator: () => Promise.resolve(generator),
		clock: realClock,
		settings: () => settings,
		log,
		waitForUsage: true,
	});
	try {
		const start = performance.now();
		const outcome = await completer.complete(request, signal);
		return { outcome, totalMs: performance.now() - start };
	} finally {
		completer.dispose();
	}
}

function resultOf(outcome: CompletionOutcome, calls: readonly RecordedCall[], offsets: LineOffsets): Result {
	// On a manual trigger there are several calls; the greedy one, which the best suggestion comes from, is asked first.
	const [call] = calls;
	const said = call === undefined ? {} : { modelText: call.text };
	const common = {
		tokenIds: call?.tokenIds ?? [],
		...usageFields(outcome.usage ?? call?.usage),
		...milliseconds('firstTextMs', call?.firstTextMs),
		...said,
	};
	if (outcome.kind === 'none') return { text: '', reason: outcome.reason, ...common };
	const items = outcome.items.map(item => itemFields(item, offsets));
	const reason = call?.reason === 'stop' || call?.reason === 'length' ? call.reason : 'cut';
	return { ...items[0], reason, source: outcome.source, ...common, items };
}

function itemFields(item: CompletionItem, offsets: LineOffsets): Result {
	return { text: item.text, replace: offsets.offsetsOf(item.range) };
}

function requestAt(place: Place, offsets: LineOffsets, trigger: 'typing' | 'manual'): CompletionRequest {
	return {
		document: snapshotOf(place.text, place.languageId, place.extension),
		position: offsets.positionAt(place.offset),
		trigger,
		selectedText: false,
		...indentationOf(place.text),
		enabled: true,
	};
}

function settingsFrom(fields: Fields, context: CommandContext): CompletionSettings {
	const { defaults } = context.engines;
	return {
		...defaultCompletionSettings,
		multiline: choiceField(fields, 'multiline', ['auto', 'never', 'always']) ?? 'auto',
		timeLimitMs:
			numberField(fields, 'time-limit-ms', { least: 1, most: 600_000, integer: true }) ?? defaults.timeLimitMs,
		minimumProbability: defaults.minimumConfidence,
		minimumDelayMs: 0,
		maximumDelayMs: 0,
		initialDelayMs: 0,
	};
}

async function placeFrom(fields: Fields, cwd: string): Promise<Place> {
	const { text, offset } = await textAndOffset(fields, cwd);
	const file = textField(fields, 'file') ?? '';
	const given = textField(fields, 'extension')?.replace(/^\./, '') ?? extensionOf(file);
	const languageId = textField(fields, 'language') ?? languageIdOf(given);
	return { text, offset, languageId, extension: given === '' && file === '' ? usualExtension(languageId) : given };
}

async function textAndOffset(fields: Fields, cwd: string): Promise<{ readonly text: string; readonly offset: number }> {
	const given = ['file', 'text', 'prefix'].filter(name => fields.has(name));
	if (given.length > 1) throw badRequest(`${given.join(' and ')} exclude each other. Give one of them.`);
	if (given[0] === 'prefix') {
		const prefix = requiredText(fields, 'prefix');
		return { text: prefix + (textField(fields, 'suffix') ?? ''), offset: prefix.length };
	}
	if (fields.has('suffix')) throw badRequest('suffix goes with prefix. Add the prefix, or give file and offset.');
	const offset = numberField(fields, 'offset', { least: 0, most: Number.MAX_SAFE_INTEGER, integer: true });
	if (offset === undefined) throw badRequest('--offset is missing. Add it, or see --help.');
	const text =
		given[0] === 'text' ? requiredText(fields, 'text') : await readTextFile(requiredText(fields, 'file'), cwd);
	return { text, offset };
}
