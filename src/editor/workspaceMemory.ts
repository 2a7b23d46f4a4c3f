import * as vscode from 'vscode';
import { type Event, type Log } from '../base';
import { memoryText, mostFileBytes } from '../completions';
import { secretKind } from '../prompts';
import { type MemoryDocument, type MemoryTotals } from '../protocol';
import { type IgnoreFiles } from './ignoreFiles';
import { readIgnoreFiles } from './readIgnoreFiles';
import { type Settings } from './settings';
import { workspaceFiles } from './workspaceFiles';

/** The engine process that completes, as a place to remember documents. */
export interface MemoryTarget {
	/** A new process is ready; it remembers nothing yet. */
	readonly onLoaded: Event<void>;
	/** Undefined while no process is running: it is never started for this. */
	remember(document: MemoryDocument): Promise<MemoryTotals | undefined>;
	forget(id?: string): Promise<MemoryTotals | undefined>;
}

interface Wish {
	readonly uri: vscode.Uri;
	readonly kind: MemoryDocument['kind'];
}

/** Typing goes on for about this long before a changed document is sent again. */
const settleMs = 1500;
/** All workspace files together, in bytes, and the time for reading them. */
const mostWorkspaceBytes = 8 * 1024 * 1024;
const workspaceBudgetMs = 120_000;

/** Tells the engine about open documents, documents edited before and workspace files, one at a time in the background; never about
 * files that hold secrets or are ignored, open or not. Everything is told again to a new process, and forgotten when the user turns
 * it off. */
export class WorkspaceMemory implements vscode.Disposable {
	private readonly subscriptions: vscode.Disposable;
	private readonly wishes = new Map<string, Wish>();
	private readonly timers = new Map<string, NodeJS.Timeout>();
	private readonly edited = new Set<string>();
	private readonly ignoreFiles = vscode.workspace.createFileSystemWatcher('**/.gitignore');
	private scan = new vscode.CancellationTokenSource();
	/** What the .gitignore files say; read anew with every start. */
	private rules: Promise<IgnoreFiles> | undefined;
	private isSending = false;
	private last: MemoryTotals | undefined;

	constructor(
		private readonly target: MemoryTarget,
		private readonly settings: Settings,
		private readonly log: Log,
	) {
		this.subscriptions = vscode.Disposable.from(
			target.onLoaded(() => this.startOver()),
			settings.onChange(event => {
				if (event.affectsConfiguration('inkling.completion.learnFromWorkspace')) this.startOver();
			}),
			vscode.workspace.onDidGrantWorkspaceTrust(() => this.startOver()),
			vscode.workspace.onDidChangeWorkspaceFolders(() => this.startOver()),
			this.ignoreFiles,
			this.ignoreFiles.onDidCreate(() => this.startOver()),
			this.ignoreFiles.onDidChange(() => this.startOver()),
			this.ignoreFiles.onDidDelete(() => this.startOver()),
			vscode.workspace.onDidOpenTextDocument(document => this.wish(document.uri, 'open')),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.changed(document)),
			vscode.workspace.onDidCloseTextDocument(document => this.closed(document)),
			vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(uri => this.forget(uri))),
		);
	}

	/** What the engine remembers, as it last said. */
	get totals(): MemoryTotals | undefined {
		return this.settings.learnFrom === 'off' ? undefined : this.last;
	}

	dispose(): void {
		this.subscriptions.dispose();
		this.stop();
		this.scan.dispose();
	}

	private startOver(): void {
		this.stop();
		this.scan = new vscode.CancellationTokenSource();
		void this.note(this.target.forget());
		if (this.settings.learnFrom === 'off') return;
		for (const document of vscode.workspace.textDocuments) this.wish(document.uri, 'open');
		if (this.settings.learnFrom === 'workspace' && vscode.workspace.isTrusted) void this.sendWorkspace(this.scan.token);
	}

	private stop(): void {
		this.scan.cancel();
		this.rules = undefined;
		this.wishes.clear();
		for (const timer of this.timers.values()) clearTimeout(timer);
		this.timers.clear();
	}

	private changed(document: vscode.TextDocument): void {
		const id = document.uri.toString();
		this.edited.add(id);
		clearTimeout(this.timers.get(id));
		const send = (): void => {
			this.timers.delete(id);
			if (!document.isClosed) this.wish(document.uri, 'open');
		};
		this.timers.set(id, setTimeout(send, settleMs));
	}

	private closed({ uri }: vscode.TextDocument): void {
		if (uri.scheme === 'untitled' || !vscode.workspace.getWorkspaceFolder(uri)) this.forget(uri);
		else this.wish(uri, this.edited.has(uri.toString()) ? 'recent' : 'workspace');
	}

	private forget(uri: vscode.Uri): void {
		this.wishes.delete(uri.toString());
		void this.note(this.target.forget(uri.toString()));
	}

	private wish(uri: vscode.Uri, kind: Wish['kind']): void {
		const { learnFrom } = this.settings;
		const isText =
			uri.scheme === 'untitled' || uri.scheme === 'file' || vscode.workspace.getWorkspaceFolder(uri) !== undefined;
		if (learnFrom === 'off' || (kind === 'workspace' && learnFrom !== 'workspace')) return;
		if (!isText || secretKind(uri.path) !== undefined) return;
		this.wishes.set(uri.toString(), { uri, kind });
		void this.send();
	}

	/** Sends what is wished for, one document at a time: the engine's answer is the sign to go on. */
	private async send(): Promise<void> {
		if (this.isSending) return;
		this.isSending = true;
		try {
			for (let next = this.wishes.entries().next(); !next.done; next = this.wishes.entries().next()) {
				const [id, wish] = next.value;
				this.wishes.delete(id);
				await this.sendOne(id, wish);
			}
		} finally {
			this.isSending = false;
		}
	}

	/** @returns bytes of the text */
	private async sendOne(id: string, { uri, kind }: Wish): Promise<number> {
		const { token } = this.scan;
		if (!(await this.mayRemember(uri))) return 0;
		const text = await this.read(uri);
		if (text === undefined || token.isCancellationRequested) return 0;
		await this.note(this.target.remember({ id, kind, text }));
		return text.length;
	}

	/** Not where the ignore files leave it out, nor where they cannot be read. */
	private async mayRemember(uri: vscode.Uri): Promise<boolean> {
		try {
			return !(await this.ignoreRules()).ignores(uri.path);
		} catch (error) {
			this.log.debug(`The ignore files could not be read for completions: ${String(error)}`);
			return false;
		}
	}

	private ignoreRules(): Promise<IgnoreFiles> {
		return (this.rules ??= readIgnoreFiles(this.scan.token));
	}

	private async read(uri: vscode.Uri): Promise<string | undefined> {
		const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === uri.toString());
		if (open) {
			const text = open.getText();
			return text.length > mostFileBytes ? undefined : text.replaceAll('\r\n', '\n');
		}
		try {
			const { size } = await vscode.workspace.fs.stat(uri);
			return size > mostFileBytes ? undefined : memoryText(await vscode.workspace.fs.readFile(uri));
		} catch (error) {
			this.log.debug(`A file could not be read for completions: ${String(error)}`);
			return undefined;
		}
	}

	private async sendWorkspace(token: vscode.CancellationToken): Promise<void> {
		const deadline = Date.now() + workspaceBudgetMs;
		const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
		try {
			const files = await workspaceFiles(
				vscode.workspace.textDocuments.map(({ uri }) => uri),
				await this.ignoreRules(),
				token,
			);
			let bytes = 0;
			let count = 0;
			for (const uri of files) {
				if (token.isCancellationRequested || bytes > mostWorkspaceBytes || Date.now() > deadline) break;
				if (open.has(uri.toString())) continue;
				bytes += await this.sendOne(uri.toString(), { uri, kind: 'workspace' });
				count++;
			}
			this.log.info(`Read ${count} of ${files.length} workspace files for completions, ${bytes} characters.`);
		} catch (error) {
			this.log.warn(`The workspace could not be read for completions: ${String(error)}`);
		}
	}

	/** A process that ends meanwhile is no error here: the next one is told everything again. */
	private async note(answer: Promise<MemoryTotals | undefined>): Promise<void> {
		try {
			this.last = await answer;
		} catch (error) {
			this.last = undefined;
			this.log.debug(`Remembering for completions ended: ${String(error)}`);
		}
	}
}
