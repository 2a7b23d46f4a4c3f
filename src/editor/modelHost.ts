import * as vscode from 'vscode';
import { type NetworkGate } from '../generation';
import { defaultSilenceMs, hubEndpoint, type Hub } from '../models';
import { type Settings } from './settings';

/** The host that models come from, as set by the user, and the access token for it. */
export class ModelHost {
	constructor(
		private readonly settings: Settings,
		private readonly secrets: vscode.SecretStorage,
		private readonly network: NetworkGate,
	) {}

	/** The global fetch is the one that VS Code routes through `http.proxy` and the system's certificates.
	 * @throws DownloadError badAddress */
	async hub(): Promise<Hub> {
		const endpoint = this.endpoint();
		return {
			endpoint,
			token: await this.secrets.get(secretName(endpoint)),
			fetch: globalThis.fetch,
			network: this.network,
			silenceMs: defaultSilenceMs,
		};
	}

	/** Asks for a token and keeps it for the host that is set now; an empty one forgets it. */
	async askForToken(): Promise<void> {
		const endpoint = this.endpoint();
		const { host } = new URL(endpoint);
		const typed = await vscode.window.showInputBox({
			title: vscode.l10n.t('Access token for {host}', { host }),
			prompt: vscode.l10n.t(
				'It goes to the secret storage of the system and to {host} only. Leave it empty to forget it.',
				{
					host,
				},
			),
			password: true,
			ignoreFocusOut: true,
		});
		if (typed === undefined) return;
		if (typed.trim() === '') await this.secrets.delete(secretName(endpoint));
		else await this.secrets.store(secretName(endpoint), typed.trim());
	}

	/** The page of a model, for people. */
	pageOf(repository: string): string {
		return `${this.endpoint()}/${repository}`;
	}

	private endpoint(): string {
		return hubEndpoint(this.settings.modelMirror, process.env.HF_ENDPOINT);
	}
}

const secretName = (endpoint: string): string => `inkling.models.token:${new URL(endpoint).origin}`;
