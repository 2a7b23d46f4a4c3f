import * as vscode from 'vscode';
import { type IgnoreFiles } from './ignoreFiles';
import { readIgnoreFiles } from './readIgnoreFiles';
import { excludePattern } from './workspaceFiles';

/** What is in the workspace at one time. */
export interface Listing {
	/** All files but the excluded ones; ignored and secret ones are among them. */
	readonly files: readonly vscode.Uri[];
	readonly ignored: IgnoreFiles;
}

/** Most files that are listed. */
const mostFiles = 10_000;

/** The workspace's files and ignore rules, read when first needed and anew after files came, went, or the rules changed. */
export class WorkspaceListing implements vscode.Disposable {
	private listing: Promise<Listing> | undefined;
	private readonly changed = new vscode.EventEmitter<void>();
	/** Files came or went, or other files are ignored now. */
	readonly onChange = this.changed.event;
	private readonly subscriptions: vscode.Disposable;

	constructor() {
		const files = vscode.workspace.createFileSystemWatcher('**/*', false, true, false);
		const rules = vscode.workspace.createFileSystemWatcher('**/.gitignore', true, false, true);
		const forget = (): void => {
			this.listing = undefined;
			this.changed.fire();
		};
		this.subscriptions = vscode.Disposable.from(
			files,
			rules,
			files.onDidCreate(forget),
			files.onDidDelete(forget),
			rules.onDidChange(forget),
			vscode.workspace.onDidChangeWorkspaceFolders(forget),
		);
	}

	/** The listing as it is now. A failure is not kept. */
	read(): Promise<Listing> {
		if (this.listing) return this.listing;
		const listing = list();
		this.listing = listing;
		listing.catch(() => (this.listing = undefined));
		return listing;
	}

	dispose(): void {
		this.subscriptions.dispose();
		this.changed.dispose();
	}
}

async function list(): Promise<Listing> {
	const { token } = new vscode.CancellationTokenSource();
	const [files, ignored] = await Promise.all([
		vscode.workspace.findFiles('**/*', excludePattern(), mostFiles, token),
		readIgnoreFiles(token),
	]);
	return { files, ignored };
}
