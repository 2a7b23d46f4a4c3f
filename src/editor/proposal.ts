import { basename } from 'node:path';
import * as vscode from 'vscode';
import { columnOf } from './columnOf';
import { confirmWrite } from './confirmWrite';
import { relocate } from './relocate';

/** A change to a document that someone may accept. */
export interface Proposal {
	readonly uri: vscode.Uri;
	/** Offset of `original` in the document when the proposal was made. */
	readonly start: number;
	readonly original: string;
	readonly replacement: string;
	/** What made it, for the title of the diff: 'Translate'. */
	readonly title: string;
}

const scheme = 'inkling-proposal';

/**
 * Shows proposed changes as a diff with Accept and Discard in its title bar. Nothing is written before Accept, and then
 * as one undo step. Proposals live until they are decided or their tab is closed.
 */
export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
	private readonly proposals = new Map<string, { readonly proposal: Proposal; readonly text: string }>();
	private count = 0;
	private readonly subscriptions: readonly vscode.Disposable[];

	constructor() {
		this.subscriptions = [
			vscode.workspace.registerTextDocumentContentProvider(scheme, this),
			vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.forget(closed)),
			vscode.commands.registerCommand('inkling.proposal.accept', (uri?: unknown) => this.accept(uri)),
			vscode.commands.registerCommand('inkling.proposal.discard', (uri?: unknown) => this.discard(uri)),
		];
	}

	provideTextDocumentContent(uri: vscode.Uri): string {
		return this.proposals.get(uri.toString())?.text ?? '';
	}

	/** Opens the diff. False, with a message, when the passage can no longer be found. */
	async show(proposal: Proposal): Promise<boolean> {
		const document = await vscode.workspace.openTextDocument(proposal.uri);
		const current = document.getText();
		const start = relocate(current, proposal.original, proposal.start);
		if (start === undefined) {
			void vscode.window.showWarningMessage(goneMessage());
			return false;
		}
		const text = current.slice(0, start) + proposal.replacement + current.slice(start + proposal.original.length);
		const uri = proposal.uri.with({ scheme, query: String(++this.count), fragment: '' });
		this.proposals.set(uri.toString(), { proposal, text });
		const title = vscode.l10n.t('{file} ({task} proposal)', {
			file: basename(proposal.uri.path),
			task: proposal.title,
		});
		await vscode.commands.executeCommand('vscode.diff', proposal.uri, uri, title, {
			viewColumn: columnOf(proposal.uri),
			preview: false,
		});
		return true;
	}

	dispose(): void {
		for (const subscription of this.subscriptions) subscription.dispose();
		this.proposals.clear();
	}

	private async accept(argument: unknown): Promise<void> {
		const key = this.keyOf(argument);
		const entry = key === undefined ? undefined : this.proposals.get(key);
		if (key === undefined || !entry) return;
		const { uri, original, start, replacement } = entry.proposal;
		const document = await vscode.workspace.openTextDocument(uri);
		if (!(await confirmWrite(uri))) return;
		// Looked up after the question: what was typed meanwhile counts, and nothing can come between this and the edit.
		const offset = relocate(document.getText(), original, start);
		if (offset === undefined) {
			void vscode.window.showWarningMessage(goneMessage());
			return;
		}
		const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + original.length));
		const edit = new vscode.WorkspaceEdit();
		edit.replace(uri, range, replacement);
		if (!(await vscode.workspace.applyEdit(edit))) {
			void vscode.window.showWarningMessage(
				vscode.l10n.t('The change could not be written. The file may be read-only.'),
			);
			return;
		}
		await this.close(key);
		await vscode.window.showTextDocument(document, { viewColumn: columnOf(uri), preview: false });
	}

	private async discard(argument: unknown): Promise<void> {
		const key = this.keyOf(argument);
		if (key !== undefined) await this.close(key);
	}

	/** A tab that moved to another group is closed in one and open in the other. */
	private forget(closed: readonly vscode.Tab[]): void {
		const open = new Set(vscode.window.tabGroups.all.flatMap(group => group.tabs).map(tabKey));
		for (const key of closed.map(tabKey)) if (key !== undefined && !open.has(key)) this.proposals.delete(key);
	}

	private async close(key: string): Promise<void> {
		const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs).filter(tab => tabKey(tab) === key);
		await vscode.window.tabGroups.close(tabs);
		this.proposals.delete(key);
	}

	/** The title bar hands over the proposal's address; from the Command Palette it is the active tab's. */
	private keyOf(argument: unknown): string | undefined {
		const given = argument instanceof vscode.Uri ? argument.toString() : undefined;
		if (given !== undefined && this.proposals.has(given)) return given;
		const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
		return tab && tabKey(tab);
	}
}

function tabKey(tab: vscode.Tab): string | undefined {
	if (tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === scheme)
		return tab.input.modified.toString();
	if (tab.input instanceof vscode.TabInputText && tab.input.uri.scheme === scheme) return tab.input.uri.toString();
	return undefined;
}

function goneMessage(): string {
	return vscode.l10n.t('The passage was changed in the meantime and can no longer be found. Run the command again.');
}
