import * as vscode from 'vscode';
import { assertNever, type Log } from '../base';
import { DownloadError, type DownloadErrorCode } from '../models';
import { showError } from './userErrors';

/** Shows why a model could not be downloaded, with the buttons that help, and logs it whole. `retry` is offered where it may help. */
export async function showDownloadError(error: unknown, log: Log, retry?: () => Promise<void>): Promise<void> {
	if (!(error instanceof DownloadError)) {
		await showError(error, log);
		return;
	}
	log.error(`${error.code}: ${error.message}`);
	const { t } = vscode.l10n;
	const again = t('Retry');
	const actions = actionsFor(error.code);
	const labels = [...actions.map(({ label }) => label), ...(retry && mayRetry(error.code) ? [again] : [])];
	const chosen = await vscode.window.showErrorMessage(downloadErrorWords(error.code), ...labels, t('Show Log'));
	if (chosen === again) await retry?.();
	else if (chosen === t('Show Log')) await vscode.commands.executeCommand('inkling.log.show');
	else await actions.find(({ label }) => label === chosen)?.run();
}

/** What a failed download is called in the user's language, and what to do next. */
function downloadErrorWords(code: DownloadErrorCode): string {
	const { t } = vscode.l10n;
	switch (code) {
		case 'badAddress':
			return t('Inkling: the address of the model host is not valid. Change the setting inkling.models.mirror.');
		case 'offline':
			return t('Inkling: the connection to the model host broke. What was downloaded is kept.');
		case 'notFound':
			return t('Inkling: the model host has no such model. Check the name.');
		case 'gated':
			return t('Inkling: this model asks you to accept its licence on its page and to set an access token.');
		case 'unauthorized':
			return t('Inkling: the model host asks for an access token.');
		case 'rateLimited':
			return t('Inkling: the model host asks to wait. What was downloaded is kept; resume later.');
		case 'badAnswer':
			return t('Inkling: the model host sent an answer that makes no sense. Try another mirror.');
		case 'changed':
			return t('Inkling: the model was changed on the host during the download. Start again.');
		case 'corrupt':
			return t('Inkling: the downloaded bytes are not those the host promised. Nothing was installed.');
		case 'refusedName':
			return t('Inkling: the model has a file with an unsafe name. Nothing was installed.');
		case 'noModel':
			return t('Inkling: this holds no model that the engine can run. The log says why.');
		case 'diskFull':
			return t('Inkling: there is not enough space on the disk. Free some and resume.');
		case 'diskError':
			return t('Inkling: the model could not be written to the disk. The log says why.');
		default:
			return assertNever(code);
	}
}

const mayRetry = (code: DownloadErrorCode): boolean =>
	!['notFound', 'noModel', 'refusedName', 'badAddress'].includes(code);

interface Action {
	readonly label: string;
	run(): Thenable<unknown>;
}

function actionsFor(code: DownloadErrorCode): readonly Action[] {
	const { t } = vscode.l10n;
	const token = { label: t('Set Access Token'), run: () => vscode.commands.executeCommand('inkling.model.setToken') };
	const mirror = {
		label: t('Choose Mirror'),
		run: () => vscode.commands.executeCommand('inkling.model.chooseMirror'),
	};
	switch (code) {
		case 'gated':
		case 'unauthorized':
			return [token];
		case 'badAddress':
		case 'offline':
		case 'badAnswer':
		case 'corrupt':
			return [mirror];
		default:
			return [];
	}
}
