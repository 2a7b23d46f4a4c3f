import * as vscode from 'vscode';
import { assertNever } from '../../base';
import { type LedgerEntry, type NetworkLedger } from '../../backends';
import { type NetworkPurpose } from '../../generation';
import { type Settings } from '../settings';

/** "Show Network Ledger": what Inkling connected to since it started, and the lock that stops it all. */
export function registerShowNetworkLedger(ledger: NetworkLedger, settings: Settings): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.network.showLedger', async () => {
		const { t } = vscode.l10n;
		const { offline } = settings;
		const lock = {
			label: offline ? `$(unlock) ${t('Unlock the Network')}` : `$(lock) ${t('Lock the Network')}`,
			description: offline
				? t('locked: nothing in Inkling may connect to anything')
				: t('then every connection of Inkling fails, also to this machine'),
		};
		const lines = ledger.entries.map(describeEntry);
		const nothing = [{ label: t('Inkling has connected to nothing since it started.') }];
		const separator = { label: '', kind: vscode.QuickPickItemKind.Separator };
		const chosen = await vscode.window.showQuickPick([...(lines.length > 0 ? lines : nothing), separator, lock], {
			title: t('Network Ledger'),
			placeHolder: t('Connections since Inkling started: host, purpose, bytes'),
		});
		if (chosen === lock) await settings.setOffline(!offline);
	});
}

function describeEntry(entry: LedgerEntry): vscode.QuickPickItem {
	const { t } = vscode.l10n;
	const { connections, bytesSent, bytesReceived, refused } = entry;
	const counts = t('{connections} connections, {sent} sent, {received} received', {
		connections,
		sent: inBytes(bytesSent),
		received: inBytes(bytesReceived),
	});
	return {
		label: entry.host,
		description: purposeWords(entry.purpose),
		detail: refused > 0 ? `${counts}, ${t('{count} refused by the lock', { count: refused })}` : counts,
	};
}

function purposeWords(purpose: NetworkPurpose): string {
	const { t } = vscode.l10n;
	switch (purpose) {
		case 'completion':
			return t('completions');
		case 'task':
			return t('commands on text');
		case 'chat':
			return t('chat');
		case 'setUp':
			return t('setting up a server, counting tokens');
		case 'download':
			return t('downloading models');
		default:
			return assertNever(purpose);
	}
}

function inBytes(bytes: number): string {
	if (bytes < 1000) return `${bytes} B`;
	return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
