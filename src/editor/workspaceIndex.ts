import * as vscode from 'vscode';
import { type Log } from '../base';
import { isBinary } from '../chat';
import { isWrittenHere } from '../completions';
import { secretKind } from '../prompts';
import { PassageIndex, runInSlices, sharedSlicing, words, type FoundPassage } from '../retrieval';
import { type WorkspaceListing } from './workspaceListing';

/** A passage and the document it is in. */
export interface FoundPlace extends Omit<FoundPassage, 'path'> {
	readonly uri: vscode.Uri;
}

export interface FindOptions {
	/** Only below these, as `asRelativePath` names them; none means everywhere. */
	readonly folders: readonly string[];
	readonly limit: number;
	/** Whether to answer from what is indexed so far instead of waiting for the rest. */
	readonly isHurried?: boolean;
}

/** Largest document, and all documents together, in bytes; texts for people come first. */
const mostDocumentBytes = 256 * 1024;
const mostBytes = 6 * 1024 * 1024;
const prose = /\.(?:md|mdx|markdown|txt|rst|adoc|org|tex)$/i;

/**
 * The passages of the workspace's own documents by their words. Built when the first question is asked, in slices, and kept up with
 * changes from then on. Secret, ignored, generated and binary files are left out without being opened or kept.
 */
export class WorkspaceIndex implements vscode.Disposable {
	private readonly passages = new PassageIndex();
	private readonly disposed = new AbortController();
	private readonly subscriptions: vscode.Disposable[] = [];
	/** Files that came, changed or went and have to be looked at. */
	private readonly pending = new Map<string, vscode.Uri>();
	private readonly sizes = new Map<string, number>();
	private bytes = 0;
	private isStarted = false;
	private working: Promise<void> = Promise.resolve();

	constructor(
		private readonly listing: WorkspaceListing,
		private readonly log: Log,
	) {}

	/** The best passages for a question, as the workspace is now. */
	async find(question: string, options: FindOptions, signal: AbortSignal): Promise<readonly FoundPlace[]> {
		const { folders, limit, isHurried = false } = options;
		if (words(question).length === 0) return [];
		if (!this.isStarted) this.start();
		if (!isHurried) await this.working;
		if (signal.aborted) return [];
		const starts = folders.map(folder => `${folder.replace(/\/+$/, '')}/`);
		const within = (id: string): boolean => {
			const path = vscode.workspace.asRelativePath(vscode.Uri.parse(id));
			return starts.length === 0 || starts.some(start => path.startsWith(start));
		};
		const found = this.passages.find(question, limit, within);
		return found.map(({ path, first, last, score }) => ({ uri: vscode.Uri.parse(path), first, last, score }));
	}

	dispose(): void {
		this.disposed.abort();
		vscode.Disposable.from(...this.subscriptions).dispose();
	}

	private start(): void {
		this.isStarted = true;
		const watcher = vscode.workspace.createFileSystemWatcher('**/*');
		const look = (uri: vscode.Uri): void => this.look([uri]);
		this.subscriptions.push(
			watcher,
			watcher.onDidCreate(look),
			watcher.onDidChange(look),
			watcher.onDidDelete(look),
			this.listing.onChange(() => this.lookAgain()),
		);
		this.work(async () => {
			const startedAt = performance.now();
			const { files } = await this.listing.read();
			const proseFirst = [...files].sort((a, b) => Number(prose.test(b.path)) - Number(prose.test(a.path)));
			for (const uri of proseFirst) await this.update(uri);
			const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
			this.log.info(`Indexed ${this.passages.documentCount} of ${files.length} workspace files in ${seconds} s.`);
		});
	}

	/** Rules may have changed: documents that are ignored now go. */
	private lookAgain(): void {
		this.look([...this.sizes.keys()].map(id => vscode.Uri.parse(id)));
	}

	private look(uris: readonly vscode.Uri[]): void {
		const isWaiting = this.pending.size > 0;
		for (const uri of uris) this.pending.set(uri.toString(), uri);
		if (isWaiting) return;
		this.work(async () => {
			for (const [id, uri] of this.pending) {
				this.pending.delete(id);
				await this.update(uri);
			}
		});
	}

	/** One piece of work at a time, in order. */
	private work(piece: () => Promise<void>): void {
		this.working = this.working
			.then(piece)
			.catch((error: unknown) => this.log.warn(`The workspace could not be indexed: ${String(error)}`));
	}

	/** Takes the document in as it is on disk now, or out. */
	private async update(uri: vscode.Uri): Promise<void> {
		const id = uri.toString();
		if (this.disposed.signal.aborted) return;
		this.bytes -= this.sizes.get(id) ?? 0;
		this.sizes.delete(id);
		const text = (await this.mayIndex(uri)) ? await this.read(uri) : undefined;
		if (text === undefined) {
			this.passages.remove(id);
			return;
		}
		this.sizes.set(id, text.length);
		this.bytes += text.length;
		await runInSlices(this.passages.add(id, text), sharedSlicing, this.disposed.signal);
	}

	private async mayIndex(uri: vscode.Uri): Promise<boolean> {
		if (!vscode.workspace.getWorkspaceFolder(uri)) return false;
		const path = vscode.workspace.asRelativePath(uri, false);
		if (secretKind(uri.path) !== undefined || !isWrittenHere(path)) return false;
		return !(await this.listing.read()).ignored.ignores(uri.path);
	}

	private async read(uri: vscode.Uri): Promise<string | undefined> {
		try {
			const { size, type } = await vscode.workspace.fs.stat(uri);
			// A link may lead to a file that must not be read.
			if (type !== vscode.FileType.File || size > mostDocumentBytes || this.bytes + size > mostBytes) return undefined;
			const bytes = await vscode.workspace.fs.readFile(uri);
			return isBinary(bytes) ? undefined : await vscode.workspace.decode(bytes, { uri });
		} catch (error) {
			if (!(error instanceof vscode.FileSystemError)) throw error;
			return undefined;
		}
	}
}
