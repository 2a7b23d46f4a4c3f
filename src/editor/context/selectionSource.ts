import * as vscode from 'vscode';
import { type ContextItem, type ContextSource } from '../../chat';
import { type ContextFiles } from './contextFiles';
import { fileItem } from './contextItems';

/** What is selected in the active editor. */
export function selectionSource(files: ContextFiles): ContextSource {
	return {
		kind: 'selection',
		search: () => {
			const item = selectedItem();
			return Promise.resolve(item ? [item] : []);
		},
		read: item => files.read(item),
	};
}

/** The selection of the active editor as the item that goes with a message by itself, as long as the person sees it and does not take
 * it away. Lives as long as the extension. */
export class CurrentSelection implements vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<ContextItem | undefined>();
	/** Another selection, or none any more. */
	readonly onChange = this.changed.event;
	private last: ContextItem | undefined = selectedItem();
	private readonly subscriptions = vscode.Disposable.from(
		vscode.window.onDidChangeTextEditorSelection(() => this.look()),
		vscode.window.onDidChangeActiveTextEditor(() => this.look()),
	);

	get item(): ContextItem | undefined {
		return this.last;
	}

	dispose(): void {
		this.subscriptions.dispose();
		this.changed.dispose();
	}

	private look(): void {
		const item = selectedItem();
		if (item?.id === this.last?.id) return;
		this.last = item;
		this.changed.fire(item);
	}
}

function selectedItem(): ContextItem | undefined {
	const editor = vscode.window.activeTextEditor;
	if (!editor || editor.selection.isEmpty || !isText(editor.document.uri)) return undefined;
	return fileItem('selection', editor.document.uri, editor.selection);
}

/** Output channels and the like are editors too, but nothing of the person's. */
function isText({ scheme }: vscode.Uri): boolean {
	return scheme !== 'output' && scheme !== 'inkling-proposal';
}
