import * as vscode from 'vscode';
import { ServerError, serverNames } from '../../backends';
import { type Log } from '../../base';
import { type NetworkGate } from '../../generation';
import { parseServerUrl, type Server } from '../server';
import { type ServerRole } from '../serverRoles';
import { serverRoleName } from '../serverRoleWords';
import { findServer, tryModel, type FoundServer, type Trial } from '../serverSetUp';
import { describeServerFailure } from '../serverWords';
import { type Settings } from '../settings';

interface Parts {
	readonly server: Server;
	readonly settings: Settings;
	readonly network: NetworkGate;
	readonly log: Log;
}

/** "Connect to Server...": address, key where the server asks for one, model, then what should go there. The model is tried before
 * anything is stored, and what fails is told by its step. */
export function registerConnectServer(parts: Parts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.server.connect', () => connect(parts));
}

async function connect(parts: Parts): Promise<void> {
	const typed = await askAddress(parts.settings);
	if (typed === undefined) return;
	const url = parseServerUrl(typed);
	if (url === undefined) {
		await parts.server.disconnect(parts.settings.serverUrl);
		return;
	}
	try {
		await connectTo(url, parts);
	} catch (error) {
		parts.log.warn(`Could not connect to ${url}: ${error instanceof Error ? error.message : String(error)}`);
		await offerAgain(describeServerFailure(error, url));
	}
}

async function connectTo(url: string, parts: Parts): Promise<void> {
	const found = await modelsAt(url, parts);
	if (!found) return;
	const model = await pickModel(found.server);
	if (model === undefined) return;
	const access = { network: parts.network, key: found.key };
	const trying = vscode.l10n.t('Trying {model}...', { model });
	const trial = await withProgress(trying, signal => tryModel(found.server, model, access, signal));
	if (!trial) return;
	const roles = await pickRoles(trial, found.server);
	if (!roles) return;
	const target = { url: found.server.url, model };
	await parts.server.connect(target, { roles, facts: trial.facts, key: found.key });
	void vscode.window.showInformationMessage(
		vscode.l10n.t('Connected to {model} on {host}.', { model, host: new URL(url).host }),
	);
}

async function askAddress(settings: Settings): Promise<string | undefined> {
	return vscode.window.showInputBox({
		title: vscode.l10n.t('Connect to an OpenAI-compatible server'),
		prompt: vscode.l10n.t('Address that ends before /chat/completions. Leave it empty to disconnect.'),
		value: settings.serverUrl,
		placeHolder: 'http://127.0.0.1:8000/v1',
		ignoreFocusOut: true,
		validateInput: text =>
			text === '' || parseServerUrl(text) ? undefined : vscode.l10n.t('Not an http or https address.'),
	});
}

/** Asks for the models; for a key only when the server wants one, or wants another than the one stored for this very origin. */
async function modelsAt(
	url: string,
	{ server, network }: Parts,
): Promise<{ readonly server: FoundServer; readonly key: string | undefined } | undefined> {
	const { host, origin } = new URL(url);
	const asking = vscode.l10n.t('Asking {host} for its models...', { host });
	for (let key = await server.keyFor(origin); ;) {
		const access = { network, key };
		try {
			const found = await withProgress(asking, signal => findServer(url, access, signal));
			return found && { server: found, key };
		} catch (error) {
			if (!(error instanceof ServerError) || error.step !== 'key') throw error;
			key = await askKey(url, error, key !== undefined);
			if (key === undefined) return undefined;
		}
	}
}

async function askKey(url: string, error: ServerError, wasRefused: boolean): Promise<string | undefined> {
	const typed = await vscode.window.showInputBox({
		title: wasRefused ? describeServerFailure(error, url) : new URL(url).host,
		prompt: vscode.l10n.t(
			'The server asks for a key. It goes to the secret storage of the system, for {origin} only.',
			{
				origin: new URL(url).origin,
			},
		),
		password: true,
		ignoreFocusOut: true,
	});
	return typed === '' ? undefined : typed;
}

async function pickModel({ models, url }: FoundServer): Promise<string | undefined> {
	if (models.length === 0) {
		return vscode.window.showInputBox({
			title: new URL(url).host,
			prompt: vscode.l10n.t('The server lists no models. Type the name of one.'),
			ignoreFocusOut: true,
		});
	}
	const items = models.map(({ id, contextTokens }) => ({
		label: id,
		...(contextTokens && { description: vscode.l10n.t('{tokens} tokens of context', { tokens: contextTokens }) }),
	}));
	const placeHolder = vscode.l10n.t('Which model should do the work?');
	return (await vscode.window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.label;
}

/** What should go to the server, of what the model showed that it can do. Completions are not ticked: they send text as you type. */
async function pickRoles(trial: Trial, { url }: FoundServer): Promise<readonly ServerRole[] | undefined> {
	const { t } = vscode.l10n;
	const { facts, chatFailure } = trial;
	const tasks = {
		label: serverRoleName('tasks'),
		description: t('tried, works'),
		role: 'tasks' as const,
		picked: true,
	};
	const chat = { label: serverRoleName('chat'), description: t('tried, works'), role: 'chat' as const, picked: true };
	const completion = {
		label: serverRoleName('completion'),
		description: t('tried, works; sends the text around the cursor as you type'),
		role: 'completion' as const,
		picked: false,
	};
	const items = [...(chatFailure ? [] : [tasks, chat]), ...(facts.fill ? [completion] : [])];
	if (items.length === 0) throw chatFailure ?? new Error(`${url} can neither chat nor complete.`);
	const chosen = await vscode.window.showQuickPick(items, {
		title: `${serverNames[facts.kind]}: ${new URL(url).host}`,
		placeHolder: t('What should go there? The rest stays where it is.'),
		canPickMany: true,
		ignoreFocusOut: true,
	});
	return chosen?.map(({ role }) => role);
}

/** Undefined when the user cancelled. */
async function withProgress<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
	const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	return vscode.window.withProgress(options, async (_, token) => {
		const controller = new AbortController();
		token.onCancellationRequested(() => controller.abort());
		try {
			return await work(controller.signal);
		} catch (error) {
			if (controller.signal.aborted) return undefined;
			throw error;
		}
	});
}

async function offerAgain(message: string): Promise<void> {
	const again = vscode.l10n.t('Try Again');
	const showLog = vscode.l10n.t('Show Log');
	const chosen = await vscode.window.showErrorMessage(message, again, showLog);
	if (chosen === again) await vscode.commands.executeCommand('inkling.server.connect');
	if (chosen === showLog) await vscode.commands.executeCommand('inkling.log.show');
}
