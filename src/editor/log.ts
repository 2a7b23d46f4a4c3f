import * as vscode from 'vscode';
import { type Disposable, type Log } from '../base';

/** The "Inkling" output channel. VS Code writes level and time, and lets the user choose the level. */
export function createLog(): Log & Disposable & { show(): void } {
	const channel = vscode.window.createOutputChannel('Inkling', { log: true });
	return {
		trace: message => channel.trace(message),
		debug: message => channel.debug(message),
		info: message => channel.info(message),
		warn: message => channel.warn(message),
		error: message => channel.error(message),
		show: () => channel.show(true),
		dispose: () => channel.dispose(),
	};
}
