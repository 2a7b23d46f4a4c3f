import * as vscode from 'vscode';

/** Bytes as people say them: '862 MB', '1.8 GB'. */
export function sizeWords(bytes: number): string {
	if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
	return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

/** The time that is left, rounded to what matters. */
export function timeLeftWords(seconds: number): string {
	const { t } = vscode.l10n;
	return seconds < 90
		? t('{seconds} s left', { seconds: Math.ceil(seconds) })
		: t('{minutes} min left', { minutes: Math.ceil(seconds / 60) });
}
