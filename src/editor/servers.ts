import * as vscode from 'vscode';
import { NetworkLedger } from '../backends';
import { type Log } from '../base';
import { registerBackToLocal, registerConnectServer, registerShowNetworkLedger } from './commands';
import { EgressRules } from './egress';
import { Server } from './server';
import { type Settings } from './settings';

interface Parts {
	readonly context: Pick<vscode.ExtensionContext, 'secrets' | 'globalState'>;
	readonly settings: Settings;
	readonly log: Log;
}

/** Everything about other machines: the servers, what must not go to them, and the gate that every connection passes. */
export class Servers implements vscode.Disposable {
	readonly network: NetworkLedger;
	readonly egress: EgressRules;
	readonly server: Server;
	private readonly commands: vscode.Disposable;

	constructor({ context, settings, log }: Parts) {
		const network = new NetworkLedger(() => settings.offline, Date.now);
		this.network = network;
		this.egress = new EgressRules(settings, uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri), false));
		this.server = new Server({ settings, secrets: context.secrets, memory: context.globalState, network, log });
		this.commands = vscode.Disposable.from(
			registerConnectServer({ server: this.server, settings, network, log }),
			registerBackToLocal(this.server),
			registerShowNetworkLedger(network, settings),
		);
	}

	dispose(): void {
		this.commands.dispose();
	}
}
