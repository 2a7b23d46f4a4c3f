import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Emitter, silentLog, type Log } from '../../../src/base';
import { type Settings } from '../../../src/editor/settings';
import { WorkspaceMemory } from '../../../src/editor/workspaceMemory';
import { type MemoryDocument, type MemoryTotals } from '../../../src/protocol';

/** A workspace in memory: the text of its files by path, and which of them are open. */
const workspace = vi.hoisted(() => ({
	files: new Map<string, string>(),
	open: [] as string[],
	unreadable: '',
	ignoreFileChanged: [] as (() => void)[],
	opened: [] as ((document: unknown) => void)[],
}));

vi.mock('vscode', () => {
	const uri = (path: string): unknown => ({ path, scheme: 'file', toString: () => `file://${path}` });
	const document = (path: string): unknown => ({ uri: uri(path), getText: () => workspace.files.get(path) ?? '' });
	const never = (): { dispose(): void } => ({ dispose: () => undefined });
	const matching = (pattern: string): readonly string[] =>
		[...workspace.files.keys()].filter(path => pattern === '**/*' || path.endsWith('/.gitignore'));
	class CancellationTokenSource {
		readonly token = { isCancellationRequested: false };
		cancel(): void {
			this.token.isCancellationRequested = true;
		}
		dispose(): void {
			this.cancel();
		}
	}
	return {
		CancellationTokenSource,
		Disposable: { from: never },
		workspace: {
			isTrusted: true,
			workspaceFolders: [{ uri: uri('/project') }],
			get textDocuments() {
				return workspace.open.map(document);
			},
			getWorkspaceFolder: () => ({}),
			getConfiguration: () => ({ get: (_key: string, value: unknown) => value }),
			findFiles: (pattern: string) => Promise.resolve(matching(pattern).map(uri)),
			fs: {
				stat: ({ path }: { path: string }) => Promise.resolve({ size: workspace.files.get(path)!.length }),
				readFile: ({ path }: { path: string }) =>
					path === workspace.unreadable
						? Promise.reject(new Error('no permission'))
						: Promise.resolve(new TextEncoder().encode(workspace.files.get(path))),
			},
			createFileSystemWatcher: () => ({
				onDidCreate: never,
				onDidChange: (listener: () => void) => workspace.ignoreFileChanged.push(listener),
				onDidDelete: never,
				dispose: () => undefined,
			}),
			onDidGrantWorkspaceTrust: never,
			onDidChangeWorkspaceFolders: never,
			onDidOpenTextDocument: (listener: (document: unknown) => void) => workspace.opened.push(listener),
			onDidChangeTextDocument: never,
			onDidCloseTextDocument: never,
			onDidDeleteFiles: never,
		},
		openDocument: (path: string) => workspace.opened.forEach(listener => listener(document(path))),
	};
});

/** What the engine remembers. */
class Engine {
	readonly loaded = new Emitter<void>();
	readonly onLoaded = this.loaded.event;
	readonly documents = new Map<string, MemoryDocument>();

	remember(document: MemoryDocument): Promise<MemoryTotals> {
		this.documents.set(document.id, document);
		return Promise.resolve({ documents: this.documents.size, tokens: 0 });
	}

	forget(id?: string): Promise<MemoryTotals> {
		if (id === undefined) this.documents.clear();
		else this.documents.delete(id);
		return Promise.resolve({ documents: this.documents.size, tokens: 0 });
	}

	get paths(): readonly string[] {
		return [...this.documents.keys()].map(id => id.replace('file:///project/', '')).sort();
	}
}

function started(learnFrom: Settings['learnFrom'], log: Log = silentLog): Engine {
	const engine = new Engine();
	const settings = { learnFrom, onChange: () => ({ dispose: () => undefined }) } as unknown as Settings;
	new WorkspaceMemory(engine, settings, log);
	engine.loaded.fire();
	return engine;
}

beforeEach(() => {
	workspace.files = new Map([
		['/project/.gitignore', 'notes/\n'],
		['/project/a.ts', 'const a = 1;'],
		['/project/b.ts', 'const b = 2;'],
		['/project/notes/private.md', 'What nobody should read.'],
		['/project/.env', 'TOKEN=1'],
	]);
	workspace.open = ['/project/a.ts', '/project/notes/private.md', '/project/.env'];
	workspace.unreadable = '';
	workspace.ignoreFileChanged = [];
	workspace.opened = [];
});

describe('what completions learn from', () => {
	test('is the workspace, without secrets and ignored files, open or not', async () => {
		const engine = started('workspace');
		await expect.poll(() => engine.paths).toEqual(['.gitignore', 'a.ts', 'b.ts']);
	});

	test('is the open files alone when the setting says so, ignored ones left out', async () => {
		const engine = started('openFiles');
		await expect.poll(() => engine.paths).toEqual(['a.ts']);
	});

	test('does not grow by an ignored file that is opened later', async () => {
		const engine = started('openFiles');
		const { openDocument } = (await import('vscode')) as unknown as { openDocument: (path: string) => void };
		openDocument('/project/notes/private.md');
		openDocument('/project/b.ts');
		await expect.poll(() => engine.paths).toEqual(['a.ts', 'b.ts']);
	});

	test('shrinks when the ignore file changes', async () => {
		const engine = started('openFiles');
		await expect.poll(() => engine.paths).toEqual(['a.ts']);
		workspace.files.set('/project/.gitignore', 'a.ts\n');
		workspace.ignoreFileChanged.forEach(changed => changed());
		await expect.poll(() => engine.paths).toEqual(['notes/private.md']);
	});

	test('is nothing where an ignore file cannot be read', async () => {
		workspace.unreadable = '/project/.gitignore';
		const messages: string[] = [];
		const engine = started('openFiles', { ...silentLog, debug: message => messages.push(message) });
		await expect.poll(() => messages).toHaveLength(2);
		expect(messages[0]).toContain('ignore files');
		expect(engine.paths).toEqual([]);
	});
});
