import { join } from 'node:path';
import * as vscode from 'vscode';
import { NetworkLedger, TokenProcess } from '../backends';
import { type Log } from '../base';
import {
	registerBackToLocal,
	registerConnectServer,
	registerShowNetworkLedger,
	registerServerProfiles,
} from './commands';
import { EgressRules } from './egress';
import { Server } from './server';
import { type Settings } from './settings';

interface Parts {
	readonly context: Pick<vscode.ExtensionContext, 'secrets' | 'globalState' | 'extensionPath'>;
	readonly settings: Settings;
	readonly log: Log;
}

/** Everything about other machines: the servers, what must not go to them, and the gate that every connection passes. */
export class Servers implements vscode.Disposable {
	readonly network: NetworkLedger;
	readonly egress: EgressRules;
	readonly server: Server;
	private readonly tokens: TokenProcess;
	private readonly commands: vscode.Disposable;

	constructor({ context, settings, log }: Parts) {
		const network = new NetworkLedger(() => settings.offline, Date.now);
		this.network = network;
		this.egress = new EgressRules(settings, uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri), false));
		const tokens = new TokenProcess({ entry: join(context.extensionPath, 'dist', 'openAiTokens.js'), log });
		this.tokens = tokens;
		const { secrets, globalState: memory } = context;
		this.server = new Server({ settings, secrets, memory, network, tokens, log });
		this.commands = vscode.Disposable.from(
			registerConnectServer({ server: this.server, settings, network, log }),
			registerBackToLocal(this.server),
			registerServerProfiles(settings),
			registerShowNetworkLedger(network, settings),
		);
	}

	dispose(): void {
		this.commands.dispose();
		this.tokens.dispose();
	}
}
