import * as vscode from 'vscode';
import { type Log } from '../../base';
import { parseServerUrl, type Server } from '../server';
import { type Settings } from '../settings';
import { showError } from '../userErrors';

interface Parts {
	readonly server: Server;
	readonly settings: Settings;
	readonly log: Log;
}

/** "Connect to Server...": address, key, then a model from the server's own list. Nothing is stored before the server answered. */
export function registerConnectServer(parts: Parts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.server.connect', async () => {
		try {
			await connect(parts);
		} catch (error) {
			await showError(error, parts.log);
		}
	});
}

async function connect({ server, settings }: Parts): Promise<void> {
	const address = await vscode.window.showInputBox({
		title: vscode.l10n.t('Connect to an OpenAI-compatible server'),
		prompt: vscode.l10n.t('Address that ends before /chat/completions. Leave it empty to disconnect.'),
		value: settings.serverUrl,
		placeHolder: 'http://127.0.0.1:8000/v1',
		ignoreFocusOut: true,
		validateInput: text =>
			text === '' || parseServerUrl(text) ? undefined : vscode.l10n.t('Not an http or https address.'),
	});
	if (address === undefined) return;
	const url = parseServerUrl(address);
	if (url === undefined) {
		await server.disconnect();
		return;
	}
	const typed = await vscode.window.showInputBox({
		title: new URL(url).host,
		prompt: vscode.l10n.t('Key, if the server asks for one. It goes to the secret storage of the system.'),
		password: true,
		ignoreFocusOut: true,
	});
	if (typed === undefined) return;
	const key = typed === '' ? await server.key(url) : typed;
	const model = await pickModel(server, url, key);
	if (model !== undefined) await server.connect(url, model, key);
}

async function pickModel(server: Server, url: string, key: string | undefined): Promise<string | undefined> {
	const names = await vscode.window.withProgress(
		{
			location: vscode.ProgressLocation.Notification,
			title: vscode.l10n.t('Asking {host} for its models...', { host: new URL(url).host }),
		},
		() => server.models(url, key),
	);
	return vscode.window.showQuickPick([...names], {
		placeHolder: vscode.l10n.t('Which model should summarize and translate?'),
	});
}
