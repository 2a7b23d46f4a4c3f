import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type Disposable, type Log } from '../../base';
import { GenerationError } from '../../generation';
import { ModelServer, type ServedModels } from '../../serving';
import { showError } from '../userErrors';
import { type Settings } from '../settings';

interface Parts {
	readonly models: ServedModels;
	readonly settings: Settings;
	readonly log: Log;
}

/** The endpoint while it is on, with the key that was made for it. */
interface Serving {
	readonly server: ModelServer;
	readonly key: string;
}

/** "Serve This Model": offers the models of this machine to other programs on it, until stopped. While it is on, the command copies
 * address and key, or stops. Nothing listens before. */
export function registerServeModel(parts: Parts): Disposable {
	return new ServeModel(parts);
}

class ServeModel implements Disposable {
	private serving: Promise<Serving> | undefined;
	private readonly item = vscode.window.createStatusBarItem('inkling.serving', vscode.StatusBarAlignment.Right, 99);
	private readonly command = vscode.commands.registerCommand('inkling.serving.toggle', () => this.toggle());

	constructor(private readonly parts: Parts) {
		this.item.name = vscode.l10n.t('Inkling: Served Models');
		this.item.command = 'inkling.serving.toggle';
	}

	dispose(): void {
		this.command.dispose();
		this.item.dispose();
		void this.stop();
	}

	private async toggle(): Promise<void> {
		try {
			const isNew = this.serving === undefined;
			this.serving ??= this.start();
			await this.offer(await this.serving, isNew);
		} catch (error) {
			this.serving = undefined;
			await showError(error, this.parts.log);
		}
	}

	private async start(): Promise<Serving> {
		const { models, settings, log } = this.parts;
		if (settings.offline) throw new GenerationError('offline', 'Nothing is served while the network is locked.');
		const key = `inkling-${randomBytes(24).toString('base64url')}`;
		const server = await ModelServer.start({ models, key, port: settings.servingPort, log });
		const { host } = new URL(server.url);
		log.info(`Serving the models of this machine at ${server.url}.`);
		this.item.text = `$(broadcast) ${host}`;
		this.item.tooltip = vscode.l10n.t('Programs on this machine that have the key can use its models.');
		this.item.accessibilityInformation = {
			label: vscode.l10n.t('Inkling serves its models at {host}', { host }),
			role: 'button',
		};
		this.item.show();
		return { server, key };
	}

	private async offer({ server, key }: Serving, isNew: boolean): Promise<void> {
		const { t } = vscode.l10n;
		const address = { label: `$(copy) ${t('Copy Address')}`, description: server.url };
		const secret = {
			label: `$(key) ${t('Copy Key')}`,
			description: t('made for this time; another one is made at the next start'),
		};
		const stop = { label: `$(debug-stop) ${t('Stop Serving')}`, description: t('frees the port') };
		const title = isNew ? t('Serving: OpenAI-compatible, on this machine only') : t('Served Models');
		const chosen = await vscode.window.showQuickPick([address, secret, stop], { title, placeHolder: server.url });
		if (chosen === address) await vscode.env.clipboard.writeText(server.url);
		if (chosen === secret) await vscode.env.clipboard.writeText(key);
		if (chosen === stop) await this.stop();
	}

	private async stop(): Promise<void> {
		const { serving } = this;
		this.serving = undefined;
		this.item.hide();
		const running = await serving?.catch(() => undefined);
		await running?.server.dispose();
	}
}
