import * as vscode from 'vscode';
import { progressWords, type Downloads } from './downloads';

/** A status bar item while something is downloaded or waits. A click shows what can be done. */
export function registerDownloadStatus(downloads: Downloads): vscode.Disposable {
	const item = vscode.window.createStatusBarItem('inkling.downloads', vscode.StatusBarAlignment.Right, 99);
	item.name = vscode.l10n.t('Inkling downloads');
	item.command = 'inkling.model.downloads';
	const update = (): void => {
		const running = downloads.all.find(({ pause }) => pause);
		const [any] = downloads.all;
		const shown = running ?? any;
		if (!shown) {
			item.hide();
			return;
		}
		const { progress, name } = shown;
		const percent = progress ? `${Math.floor((progress.doneBytes / Math.max(1, progress.totalBytes)) * 100)}%` : '';
		item.text = `$(${running ? 'cloud-download' : 'debug-pause'}) ${percent}`.trimEnd();
		const state = running
			? vscode.l10n.t('Downloading {name}', { name })
			: vscode.l10n.t('The download of {name} is paused.', { name });
		item.tooltip = progress ? `${state} ${progressWords(progress)}` : state;
		item.accessibilityInformation = { label: `Inkling: ${item.tooltip}`, role: 'button' };
		item.show();
	};
	return vscode.Disposable.from(item, downloads.onChange(update));
}
