import type * as vscode from 'vscode';
import { listModels, OpenAiServer, openNetwork, Transport } from '../backends';
import { type TextGenerator } from '../generation';
import { type Settings } from './settings';

/** The server that tasks go to when the user connected one. Its key is bound to the origin it was given for. */
export class Server {
	constructor(
		private readonly settings: Settings,
		private readonly secrets: vscode.SecretStorage,
	) {}

	/** Undefined when no server is connected. */
	generator(): TextGenerator | undefined {
		const { serverUrl: url, serverModel: model } = this.settings;
		if (parseServerUrl(url) === undefined || model === '') return undefined;
		return new OpenAiServer({ url, model, key: () => this.key(url), network: openNetwork, facts: { kind: 'unknown' } });
	}

	key(url: string): Thenable<string | undefined> {
		return this.secrets.get(secretName(url));
	}

	/** Names of the models that a server offers. @throws GenerationError */
	async models(url: string, key: string | undefined): Promise<readonly string[]> {
		const models = await listModels(new Transport({ key: () => key, network: openNetwork }), url);
		return models.map(({ id }) => id);
	}

	async connect(url: string, model: string, key: string | undefined): Promise<void> {
		if (key) await this.secrets.store(secretName(url), key);
		await this.settings.setServer(url, model);
	}

	/** Forgets address and key; tasks run on this machine again. */
	async disconnect(): Promise<void> {
		if (parseServerUrl(this.settings.serverUrl)) await this.secrets.delete(secretName(this.settings.serverUrl));
		await this.settings.setServer('', '');
	}
}

/** The address without a trailing slash; undefined when it is no http(s) address or carries a user name or password. */
export function parseServerUrl(text: string): string | undefined {
	if (!URL.canParse(text.trim())) return undefined;
	const url = new URL(text.trim());
	if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
	return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function secretName(url: string): string {
	return `inkling.server.key:${new URL(url).origin}`;
}
