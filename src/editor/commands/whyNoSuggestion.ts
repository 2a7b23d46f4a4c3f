import * as vscode from 'vscode';
import { assertNever } from '../../base';
import { type Completer, type OutcomeRecord, type RefusalReason } from '../../completions';

/** "Why No Suggestion?": what became of the last 20 requests, newest first. */
export function registerWhyNoSuggestion(completer: Completer): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.completion.explain', async () => {
		const items = [...completer.recent].reverse().map(toItem);
		const nothing = {
			label: vscode.l10n.t('No suggestion was asked for yet. Type something, or trigger a suggestion by hand.'),
		};
		await vscode.window.showQuickPick(items.length > 0 ? items : [nothing], {
			title: vscode.l10n.t('Why No Suggestion? The last {count} requests, newest first', { count: items.length }),
			matchOnDescription: true,
		});
	});
}

function toItem(record: OutcomeRecord): vscode.QuickPickItem {
	const shown = record.characters !== undefined;
	return {
		label: `${shown ? '$(check)' : '$(circle-slash)'} ${shown ? shownText(record) : refusalText(record.result as RefusalReason)}`,
		description: vscode.l10n.t('{file}, {milliseconds} ms', {
			file: record.fileName,
			milliseconds: Math.round(record.totalMs),
		}),
	};
}

function shownText({ characters = 0, result }: OutcomeRecord): string {
	const { t } = vscode.l10n;
	switch (result) {
		case 'typed':
			return t('Shown: {characters} characters, the rest of what was already suggested', { characters });
		case 'cache':
			return t('Shown: {characters} characters, from the cache', { characters });
		default:
			return t('Shown: {characters} characters, from the model', { characters });
	}
}

function refusalText(reason: RefusalReason): string {
	const { t } = vscode.l10n;
	switch (reason) {
		case 'turnedOff':
			return t('Completions are turned off.');
		case 'languageDisabled':
			return t('Completions are turned off for this language.');
		case 'snoozed':
			return t('Completions are snoozed.');
		case 'secretFile':
			return t('This file holds secrets, which are never given to a model.');
		case 'selection':
			return t('Text was selected.');
		case 'textAfterCursor':
			return t('There was too much text after the cursor.');
		case 'middleOfWord':
			return t('The cursor stood in the middle of a word.');
		case 'lineComplete':
			return t('The line is complete. Go on with a new line.');
		case 'lineTooLong':
			return t('The line is too long.');
		case 'insideMarkup':
			return t('The cursor stood in a link, table, formula or front matter.');
		case 'resting':
			return t('The last suggestions were not used, so the model waits for a pause. Ask by hand to have one at once.');
		case 'superseded':
			return t('You typed on before it was ready.');
		case 'cancelled':
			return t('The editor no longer needed it.');
		case 'empty':
			return t('The model had nothing to add.');
		case 'tooShort':
			return t('It was too short to be useful.');
		case 'repetitive':
			return t('It only repeated itself.');
		case 'doesNotFit':
			return t('It could not stand at this place.');
		case 'duplicatesSuffix':
			return t('It only repeated what comes next in the file.');
		case 'lowConfidence':
			return t('The model was not sure enough.');
		case 'timeLimit':
			return t('It was not ready within the time limit.');
		case 'modelUnavailable':
			return t('The model is not available. The log says why.');
		case 'modelCannotComplete':
			return t('The chosen model cannot complete at a cursor.');
		case 'dismissed':
			return t('You dismissed it here before.');
		default:
			return assertNever(reason);
	}
}
