import * as vscode from 'vscode';
import { progressWords, type Download, type Downloads } from '../downloads';

interface Item extends vscode.QuickPickItem {
	run(): Promise<void>;
}

/** "Show Downloads": pause, resume or throw away. */
export function registerManageDownloads(
	downloads: Downloads,
	resume: (download: Download) => Promise<void>,
): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.model.downloads', async () => {
		const items = downloads.all.flatMap(download => itemsFor(download, downloads, resume));
		const placeHolder =
			items.length === 0 ? vscode.l10n.t('Nothing is being downloaded.') : vscode.l10n.t('Downloads of models');
		const chosen = await vscode.window.showQuickPick(items, { placeHolder });
		await chosen?.run();
	});
}

function itemsFor(
	download: Download,
	downloads: Downloads,
	resume: (download: Download) => Promise<void>,
): readonly Item[] {
	const { t } = vscode.l10n;
	const { name, progress, pause } = download;
	const description = progress ? progressWords(progress) : '';
	const stop = pause && {
		label: `$(debug-pause) ${t('Pause {name}', { name })}`,
		description,
		run: () => {
			pause();
			return Promise.resolve();
		},
	};
	const goOn = { label: `$(play) ${t('Resume {name}', { name })}`, description, run: () => resume(download) };
	const discard = {
		label: `$(trash) ${t('Discard {name}', { name })}`,
		description: t('Stops it and deletes what was downloaded'),
		run: () => downloads.discard(download),
	};
	return [stop ?? goOn, discard];
}
