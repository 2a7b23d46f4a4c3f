import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { contextText, type ContextItem, type ContextSource } from '../../chat';

/**
 * What is selected in the active terminal. VS Code has no stable API for it; its own command copies the selection, so the clipboard
 * is borrowed and given back within one read.
 */
export function terminalSource(): ContextSource {
	return {
		kind: 'terminal',
		search: query => {
			const terminal = vscode.window.activeTerminal;
			if (!terminal) return Promise.resolve([]);
			const label = vscode.l10n.t('Terminal Selection');
			const item: ContextItem = { kind: 'terminal', id: 'terminal:selection', label, detail: terminal.name };
			return Promise.resolve(label.toLowerCase().includes(query.toLowerCase()) ? [item] : []);
		},
		read: async item => {
			if (!vscode.window.activeTerminal) return { item, refused: 'missing' };
			return contextText(item, await copySelection());
		},
	};
}

async function copySelection(): Promise<string> {
	const { clipboard } = vscode.env;
	const before = await clipboard.readText();
	// Tells "nothing was copied" from "the selection is what the clipboard held".
	const mark = randomUUID();
	await clipboard.writeText(mark);
	try {
		await vscode.commands.executeCommand('workbench.action.terminal.copySelection');
		const copied = await clipboard.readText();
		return copied === mark ? '' : copied;
	} finally {
		await clipboard.writeText(before);
	}
}
