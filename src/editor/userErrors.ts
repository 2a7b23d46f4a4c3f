import * as vscode from 'vscode';
import { assertNever, type Log } from '../base';
import { GenerationError, type GenerationErrorCode } from '../generation';

interface Action {
	readonly label: string;
	readonly command: string;
}

/** What a failure is called in the user's language, and what to do next. Details are in the log. */
export function describeError(error: unknown): { readonly text: string; readonly actions: readonly Action[] } {
	const code = error instanceof GenerationError ? error.code : undefined;
	return {
		text: code ? wordsFor(code) : vscode.l10n.t('Inkling: something went wrong. The log has the details.'),
		actions: actionsFor(code),
	};
}

/** Shows a failure once, with the buttons that help, and logs it whole. Not for inline completions: they never open a box. */
export async function showError(error: unknown, log: Log): Promise<void> {
	log.error(
		error instanceof GenerationError
			? `${error.code}: ${error.message}`
			: String(error instanceof Error ? (error.stack ?? error) : error),
	);
	const { text, actions } = describeError(error);
	const chosen = await vscode.window.showErrorMessage(text, ...actions.map(action => action.label));
	const action = actions.find(candidate => candidate.label === chosen);
	if (action) await vscode.commands.executeCommand(action.command);
}

function wordsFor(code: GenerationErrorCode): string {
	const { t } = vscode.l10n;
	switch (code) {
		case 'modelMissing':
			return t('Inkling: the model was not found. Choose another model.');
		case 'badModel':
			return t('Inkling: the model folder is damaged or incomplete. The log names the file.');
		case 'unsupportedModel':
			return t('Inkling: this kind of model is not supported yet. The log says why.');
		case 'unsupportedTask':
			return t('Inkling: the installed model cannot do this. Choose a model that can.');
		case 'notSure':
			return t('Inkling: the model is not sure enough of its answer. Choose a larger model.');
		case 'promptTooLong':
			return t('Inkling: the text is too long for this model. Select a shorter part.');
		case 'outOfMemory':
			return t('Inkling: there is not enough memory for this model. Close other programs or choose a smaller model.');
		case 'engineStopped':
			return t('Inkling: the engine stopped while it was working. Try again.');
		case 'engineCrashing':
			return t('Inkling: the engine stopped several times in a row and was switched off.');
		case 'engineTimeout':
			return t('Inkling: the engine did not answer in time and was restarted. Try again.');
		case 'badRequest':
			return t('Inkling: the request was not valid. The log has the details.');
		case 'unauthorized':
			return t('Inkling: the server refused the key.');
		case 'network':
			return t('Inkling: the server could not be reached, or stopped in the middle of its answer.');
		case 'offline':
			return t('Inkling: the network is locked. The setting inkling.network.offline unlocks it.');
		case 'mustNotLeave':
			return t('Inkling: this file must not leave your machine. See the setting inkling.server.neverSend.');
		case 'serverBusy':
			return t('Inkling: the server has too much to do right now. Try again in a moment.');
		case 'badResponse':
			return t('Inkling: the server sent an answer that makes no sense.');
		default:
			return assertNever(code);
	}
}

function actionsFor(code: GenerationErrorCode | undefined): readonly Action[] {
	const { t } = vscode.l10n;
	const showLog = { label: t('Show Log'), command: 'inkling.log.show' };
	const choose = { label: t('Choose Model...'), command: 'inkling.model.choose' };
	const connect = { label: t('Connect to Server...'), command: 'inkling.server.connect' };
	const local = { label: t('Back to This Machine'), command: 'inkling.server.backToLocal' };
	const restart = { label: t('Restart Engine'), command: 'inkling.engine.restart' };
	switch (code) {
		case 'modelMissing':
		case 'badModel':
		case 'unsupportedModel':
		case 'unsupportedTask':
		case 'notSure':
		case 'outOfMemory':
			return [choose, showLog];
		case 'engineStopped':
		case 'engineCrashing':
		case 'engineTimeout':
			return [restart, showLog];
		case 'unauthorized':
			return [connect, local, showLog];
		case 'network':
		case 'badResponse':
		case 'serverBusy':
			return [local, showLog];
		case 'offline':
			return [{ label: t('Show Network Ledger'), command: 'inkling.network.showLedger' }];
		default:
			return [showLog];
	}
}
