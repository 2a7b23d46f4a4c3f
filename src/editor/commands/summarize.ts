import * as vscode from 'vscode';
import { extractiveSummary, formatExtractiveSummary } from '../../prompts';
import { readTaskSource, type TaskSource } from '../taskSource';
import { offerWaysOn, openResult, runTextTask, type TextCommandParts } from './textTask';

/** "Summarize": the selection or the document, by a model, or by its own most telling sentences where none can. */
export function registerSummarize(parts: TextCommandParts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.text.summarize', async () => {
		const source = readTaskSource('workOn');
		if (!source) return;
		const title = vscode.l10n.t('Summarize');
		const onUnsupported = (): void => {
			const extract = { label: vscode.l10n.t('Show Extractive Summary'), run: () => showExtractive(parts, source) };
			void offerWaysOn(vscode.l10n.t('No installed model can summarize.'), [extract]);
		};
		await runTextTask(parts, {
			template: 'summarize',
			title,
			source,
			values: {},
			insertPlace: 'atCursor',
			onUnsupported,
		});
	});
}

/** The sentences of the text itself, labelled as such. No model takes part. */
function showExtractive(parts: TextCommandParts, source: TaskSource): void {
	const title = vscode.l10n.t('Extractive Summary');
	const writer = openResult(parts, { title, source, insertPlace: 'atCursor' }, () => undefined);
	const summary = extractiveSummary(source.text, {
		languageId: source.document.languageId,
		maxSentences: sentencesFor(source.text),
	});
	if (summary.sentences.length === 0) {
		writer.fail(vscode.l10n.t('The text has no whole sentences to choose from.'));
		return;
	}
	writer.note(
		vscode.l10n.t(
			'Extractive: these are sentences of the text itself, chosen by word statistics. No model wrote or checked them.',
		),
	);
	writer.append(formatExtractiveSummary(summary));
	const counts = { chosen: summary.sentences.length, all: summary.sentenceCount };
	writer.finish(vscode.l10n.t('{chosen} of {all} sentences.', counts));
}

/** Three sentences for a page, more for longer texts, never more than a reader takes in at once. */
function sentencesFor(text: string): number {
	return Math.min(8, 3 + Math.floor(text.length / 6000));
}
