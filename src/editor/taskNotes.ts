import * as vscode from 'vscode';
import { assertNever } from '../base';
import { isSourceCode, type TaskNote, type TaskStage, type TemplateError } from '../prompts';

/** The folder names of the models that ship. */
const builtInTranslator = 'inkling-text';
const builtInWriter = 'inkling-code';

/** What the reader must know about a result, in their language. */
export function describeNote(note: TaskNote): string {
	const { t } = vscode.l10n;
	switch (note.kind) {
		case 'split':
			return t('The text was too long for the model at once. It was read in {parts} parts, none was left out.', {
				parts: note.parts,
			});
		case 'leftOut':
			return t('Left out: lines 1 to {line} ({characters} characters). The model only saw the text after them.', {
				line: note.lastLine,
				characters: note.characters,
			});
		case 'answerCut':
			return note.part === undefined
				? t('The result stops at the limit of {tokens} tokens. The prompt template sets it as maxTokens.', {
						tokens: note.maxTokens,
					})
				: t('The result for part {part} stops at the limit of {tokens} tokens.', {
						part: note.part,
						tokens: note.maxTokens,
					});
		case 'promptCut':
			return t('The model had no room for everything: {tokens} tokens were left out.', { tokens: note.tokens });
		case 'notCombined':
			return t('The summaries of the {parts} parts were too long to be put together. They stand one after another.', {
				parts: note.parts,
			});
		case 'untranslated':
			return t(
				'{sentences} passages are unchanged, on the lines {lines}: the model could not translate them or was not sure.',
				{
					sentences: note.sentences,
					lines: formatLines(note.lines),
				},
			);
		case 'alreadyThere':
			return t('{sentences} passages already are in this language and are unchanged.', { sentences: note.sentences });
		case 'endLeftOut':
			return t('Only the lines 1 to {line} were shown to the model: the text is too long for it.', {
				line: note.lastLine,
			});
		case 'structureChanged':
			return t(
				'Compare lines {first} to {last} with the original: paragraphs, lists, headings or code may have changed.',
				{
					first: note.firstLine,
					last: note.lastLine,
				},
			);
		case 'repeated':
			return t('Ended where the model began to repeat what was there before.');
		case 'commentsOnly':
			return t('This is source code: only its comments were translated ({comments} passages).', {
				comments: note.comments,
			});
		default:
			return assertNever(note);
	}
}

/** What a built-in model cannot do that this command may be expected to. */
export function describeLimits(model: string, template: string, languageId: string): string | undefined {
	const { t } = vscode.l10n;
	if (template === 'translate' && model === builtInTranslator)
		return t(
			'The built-in translator is made for software phrases and short sentences. For prose choose a larger model or connect a server.',
		);
	if (template === 'continue' && model === builtInWriter && !isSourceCode(languageId))
		return t(
			'The built-in model has read program code and manuals only and knows little of the world. For prose choose a larger model or connect a server.',
		);
	return undefined;
}

/** One line under the progress bar. */
export function describeProgress(stage: TaskStage, done: number, total: number): string {
	const { t } = vscode.l10n;
	switch (stage) {
		case 'parts':
			return t('Working on part {part} of {parts}...', { part: Math.min(done + 1, total), parts: total });
		case 'combine':
			return t('Putting the parts together...');
		default:
			return assertNever(stage);
	}
}

/** What is wrong with a prompt template, where, and how to mend it. */
export function describeTemplateError(error: TemplateError): string {
	return vscode.l10n.t('Prompt template {file}, line {line}: {problem}', {
		file: error.file,
		line: error.line,
		problem: templateProblem(error),
	});
}

function templateProblem({ problem, reason }: TemplateError): string {
	const { t } = vscode.l10n;
	switch (problem) {
		case 'tooLarge':
			return t('the file is too large.');
		case 'hiddenCharacters':
			return t('an invisible character could hide an instruction. Delete it.');
		case 'noFrontMatter':
			return t('the file must start with front matter between two lines of ---.');
		case 'noUserSection':
			return t('the last section must be # User.');
		case 'noText':
			return t('the last # User section must contain {placeholder}.', { placeholder: '{{text}}' });
		case 'noInstructions':
			return t('the text under the front matter must say what the assistant does.');
		case 'duplicate':
			return t('another file of the folder has the same name. Rename one of them.');
		case 'missing':
			return t('there is no such template.');
		case 'badYaml':
		case 'unknownKey':
		case 'badValue':
		case 'badSection':
		case 'unknownName':
			// These name keys and values of the file itself, which no translation can.
			return reason;
		default:
			return assertNever(problem);
	}
}

/** '1, 2, 5-9', at most a dozen of them. */
function formatLines(lines: readonly number[]): string {
	const runs: [number, number][] = [];
	for (const line of lines) {
		const last = runs.at(-1);
		if (last && line <= last[1] + 1) last[1] = line;
		else runs.push([line, line]);
	}
	const shown = runs.slice(0, 12).map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
	return shown.join(', ') + (runs.length > shown.length ? ' ...' : '');
}
