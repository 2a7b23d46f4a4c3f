import * as vscode from 'vscode';
import { assertNever } from '../base';
import { parseFromResultPanel, type FromResultPanel, type ToResultPanel } from '../protocol';
import { webviewPage } from './webviewPage';

const page = {
	styles: [{ path: 'media/page.css' }, { path: 'media/resultPanel.css' }],
	script: { path: 'dist/resultPanel.js' },
	isModule: false,
};

/** What a result is about and what its buttons do. The text is what has been shown so far. */
export interface ResultRun {
	readonly title: string;
	readonly canReplace: boolean;
	insert(text: string): Promise<string>;
	replace(text: string): Promise<string>;
	/** Ends the work; also called when the panel is closed or another result takes its place. */
	stop(): void;
}

/** How a running command writes into the panel. After another result took its place, nothing happens any more. */
export interface ResultWriter {
	append(text: string): void;
	progress(fraction: number, status: string): void;
	note(text: string): void;
	finish(status: string): void;
	fail(message: string): void;
}

interface Shown {
	readonly run: ResultRun;
	text: string;
	/** Appended, but not yet sent: many tokens travel in one message. */
	unsent: string;
	/** Everything but text, so that a page that was hidden and made anew shows the same. */
	readonly notes: string[];
	last: ToResultPanel | undefined;
	isRunning: boolean;
}

/** Tokens are sent in batches of this many milliseconds: 30 a second is smooth and cheap. */
const batchMs = 33;

/** The panel beside the text, made when first needed and used again for every result. Lives as long as the extension. */
export class ResultPanel implements vscode.Disposable {
	private panel: vscode.WebviewPanel | undefined;
	private shown: Shown | undefined;
	private timer: NodeJS.Timeout | undefined;

	constructor(private readonly extensionUri: vscode.Uri) {}

	/** Shows an empty result and hands out its writer. A result that is still running ends. */
	open(run: ResultRun): ResultWriter {
		this.endShown();
		const shown: Shown = { run, text: '', unsent: '', notes: [], last: undefined, isRunning: true };
		this.shown = shown;
		if (this.panel) {
			this.panel.title = run.title;
			if (!this.panel.visible) this.panel.reveal(undefined, true);
			this.replay(shown);
		} else this.panel = this.createPanel(run.title);
		return this.writer(shown);
	}

	dispose(): void {
		this.endShown();
		this.panel?.dispose();
	}

	private writer(shown: Shown): ResultWriter {
		const ifShown = (write: () => void): void => {
			if (this.shown === shown) write();
		};
		const end = (message: ToResultPanel): void => {
			this.flush();
			shown.isRunning = false;
			shown.last = message;
			this.post(message);
		};
		return {
			append: text => ifShown(() => this.append(shown, text)),
			progress: (fraction, status) =>
				ifShown(() => {
					shown.last = { type: 'progress', fraction, status };
					this.post(shown.last);
				}),
			note: text =>
				ifShown(() => {
					shown.notes.push(text);
					this.post({ type: 'note', text });
				}),
			finish: status => ifShown(() => end({ type: 'finish', status })),
			fail: message => ifShown(() => end({ type: 'fail', message })),
		};
	}

	private append(shown: Shown, text: string): void {
		shown.text += text;
		shown.unsent += text;
		this.timer ??= setTimeout(() => this.flush(), batchMs);
	}

	private flush(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		const text = this.shown?.unsent ?? '';
		if (!this.shown || text === '') return;
		this.shown.unsent = '';
		this.post({ type: 'append', text });
	}

	private createPanel(title: string): vscode.WebviewPanel {
		const roots = ['dist', 'media'].map(folder => vscode.Uri.joinPath(this.extensionUri, folder));
		const panel = vscode.window.createWebviewPanel(
			'inkling.result',
			title,
			{ viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
			{ enableScripts: true, enableFindWidget: true, localResourceRoots: roots },
		);
		panel.webview.onDidReceiveMessage((value: unknown) => {
			const message = parseFromResultPanel(value);
			if (message) void this.receive(message);
		});
		panel.onDidDispose(() => {
			this.panel = undefined;
			this.endShown();
		});
		panel.webview.html = webviewPage(panel.webview, this.extensionUri, page);
		return panel;
	}

	private async receive(message: FromResultPanel): Promise<void> {
		const { shown } = this;
		if (!shown) return;
		switch (message.type) {
			case 'ready':
				this.replay(shown);
				break;
			case 'stop':
				shown.run.stop();
				break;
			case 'insert':
				this.report(shown, await shown.run.insert(shown.text));
				break;
			case 'replace':
				if (shown.run.canReplace) this.report(shown, await shown.run.replace(shown.text));
				break;
			case 'copy':
				await vscode.env.clipboard.writeText(shown.text);
				this.report(shown, vscode.l10n.t('Copied.'));
				break;
			default:
				assertNever(message.type);
		}
	}

	private report(shown: Shown, text: string): void {
		if (this.shown === shown && text !== '') this.post({ type: 'status', text });
	}

	/** Sends everything again: to a page that just loaded, or that was thrown away while its tab was hidden. */
	private replay(shown: Shown): void {
		const { run, notes, last } = shown;
		shown.unsent = '';
		this.post({ type: 'start', title: run.title, labels: labels(), canReplace: run.canReplace });
		if (shown.text !== '') this.post({ type: 'append', text: shown.text });
		for (const text of notes) this.post({ type: 'note', text });
		if (last) this.post(last);
	}

	private endShown(): void {
		clearTimeout(this.timer);
		this.timer = undefined;
		const { shown } = this;
		this.shown = undefined;
		if (shown?.isRunning) shown.run.stop();
	}

	private post(message: ToResultPanel): void {
		void this.panel?.webview.postMessage(message);
	}
}

function labels(): Extract<ToResultPanel, { readonly type: 'start' }>['labels'] {
	const { t } = vscode.l10n;
	return {
		insert: t('Insert'),
		replace: t('Replace...'),
		copy: t('Copy'),
		stop: t('Stop'),
		result: t('Result'),
		waiting: t('Waiting for the model...'),
		progress: t('Progress'),
		notes: t('Notes about this result'),
		actions: t('What to do with the result'),
	};
}
