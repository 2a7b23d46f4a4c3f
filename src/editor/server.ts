import type * as vscode from 'vscode';
import { OpenAiServer } from '../backends';
import { type TextGenerator } from '../generation';
import { type Settings } from './settings';

/** The server that tasks go to when the user connected one. Its key is bound to the origin it was given for. */
export class Server {
	constructor(
		private readonly settings: Settings,
		private readonly secrets: vscode.SecretStorage,
	) {}

	/** Undefined when no server is connected. */
	async generator(): Promise<TextGenerator | undefined> {
		const { serverUrl: url, serverModel: model } = this.settings;
		if (parseServerUrl(url) === undefined || model === '') return undefined;
		return new OpenAiServer({ url, model, key: await this.key(url) });
	}

	key(url: string): Thenable<string | undefined> {
		return this.secrets.get(secretName(url));
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
