import * as vscode from 'vscode';
import { type Completer, type CompletionItem, type CompletionRequest, type SuggestWidgetItem } from '../completions';
import { secretKind } from '../prompts';
import { type Enablement } from './enablement';
import { snapshot } from './snapshot';

/** Sent by VS Code when a suggestion was accepted, through the item's own command. */
const acceptedCommand = '_inkling.didAccept';

interface Parts {
	readonly completer: Completer;
	readonly enablement: Enablement;
	/** Whether work that nobody asked for may be done now. */
	readonly mayReadAhead: () => boolean;
}

/** A cursor that has not moved for so long is looked at; while it moves, nothing is worth computing. */
const restMs = 350;

/** Ghost text: hands each keystroke to the completer and its suggestions to VS Code. */
export function registerInlineCompletions(parts: Parts): vscode.Disposable {
	const provider = new InlineCompletions(parts);
	return vscode.Disposable.from(
		vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
		vscode.window.onDidChangeTextEditorSelection(event => provider.cursorMoved(event)),
		new vscode.Disposable(() => provider.stopReadingAhead()),
		vscode.commands.registerCommand(acceptedCommand, (id: unknown) => {
			if (typeof id === 'number') provider.accepted(id);
		}),
	);
}

class InlineCompletions implements vscode.InlineCompletionItemProvider {
	private reading: AbortController | undefined;

	constructor(private readonly parts: Parts) {}

	/** Typing moves the cursor too: the key after it ends this, and where none follows the prompt is read while the person thinks. */
	cursorMoved({ kind, textEditor, selections }: vscode.TextEditorSelectionChangeEvent): void {
		this.stopReadingAhead();
		const { Keyboard, Mouse } = vscode.TextEditorSelectionChangeKind;
		const [selection] = selections;
		if ((kind !== Keyboard && kind !== Mouse) || !selection?.isEmpty || !this.parts.mayReadAhead()) return;
		const { signal } = (this.reading = new AbortController());
		const timer = setTimeout(() => {
			const request = this.request(textEditor.document, selection.active, 'typing');
			void this.parts.completer.readAhead(request, signal);
		}, restMs);
		signal.addEventListener('abort', () => clearTimeout(timer));
	}

	stopReadingAhead(): void {
		this.reading?.abort();
	}

	async provideInlineCompletionItems(
		document: vscode.TextDocument,
		position: vscode.Position,
		context: vscode.InlineCompletionContext,
		token: vscode.CancellationToken,
	): Promise<vscode.InlineCompletionItem[]> {
		this.stopReadingAhead();
		const abort = new AbortController();
		const trigger = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke ? 'manual' : 'typing';
		const subscription = token.onCancellationRequested(() => abort.abort());
		try {
			const outcome = await this.parts.completer.complete(
				this.request(document, position, trigger, context.selectedCompletionInfo),
				abort.signal,
			);
			if (outcome.kind === 'none' || token.isCancellationRequested) return [];
			const [best] = outcome.items;
			if (best) this.parts.completer.didShow(best.id);
			return outcome.items.map(item => this.toItem(item));
		} finally {
			subscription.dispose();
		}
	}

	accepted(id: number): void {
		this.parts.completer.didAccept(id);
		// The next suggestion should not wait for the next key.
		void vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
	}

	private toItem(item: CompletionItem): vscode.InlineCompletionItem {
		const result = new vscode.InlineCompletionItem(item.text, toRange(item.range));
		result.command = { command: acceptedCommand, title: '', arguments: [item.id] };
		return result;
	}

	private request(
		document: vscode.TextDocument,
		position: vscode.Position,
		trigger: CompletionRequest['trigger'],
		selected?: vscode.SelectedCompletionInfo,
	): CompletionRequest {
		const editor = vscode.window.visibleTextEditors.find(candidate => candidate.document === document);
		const paused = trigger === 'manual' ? undefined : this.parts.enablement.pausedReason(document.languageId);
		const disabledReason = secretKind(document.uri.path) === undefined ? paused : 'secretFile';
		return {
			document: snapshot(document),
			position: { line: position.line, character: position.character },
			trigger,
			selectedText: editor ? !editor.selection.isEmpty : false,
			...(selected ? { suggestWidgetItem: toWidgetItem(selected) } : {}),
			insertSpaces: editor?.options.insertSpaces !== false,
			tabSize: typeof editor?.options.tabSize === 'number' ? editor.options.tabSize : 4,
			enabled: disabledReason === undefined,
			...(disabledReason ? { disabledReason } : {}),
		};
	}
}

function toWidgetItem(selected: vscode.SelectedCompletionInfo): SuggestWidgetItem {
	const { start, end } = selected.range;
	return {
		text: selected.text,
		range: {
			start: { line: start.line, character: start.character },
			end: { line: end.line, character: end.character },
		},
	};
}

function toRange({ start, end }: CompletionItem['range']): vscode.Range {
	return new vscode.Range(start.line, start.character, end.line, end.character);
}
