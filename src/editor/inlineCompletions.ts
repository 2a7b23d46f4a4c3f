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
}

/** Ghost text: hands each keystroke to the completer and its suggestions to VS Code. */
export function registerInlineCompletions(parts: Parts): vscode.Disposable {
	const provider = new InlineCompletions(parts);
	return vscode.Disposable.from(
		vscode.languages.registerInlineCompletionItemProvider({ pattern: '**' }, provider),
		vscode.commands.registerCommand(acceptedCommand, (id: unknown) => {
			if (typeof id === 'number') provider.accepted(id);
		}),
	);
}

class InlineCompletions implements vscode.InlineCompletionItemProvider {
	constructor(private readonly parts: Parts) {}

	async provideInlineCompletionItems(
		document: vscode.TextDocument,
		position: vscode.Position,
		context: vscode.InlineCompletionContext,
		token: vscode.CancellationToken,
	): Promise<vscode.InlineCompletionItem[]> {
		const abort = new AbortController();
		const subscription = token.onCancellationRequested(() => abort.abort());
		try {
			const outcome = await this.parts.completer.complete(this.request(document, position, context), abort.signal);
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
		context: vscode.InlineCompletionContext,
	): CompletionRequest {
		const editor = vscode.window.visibleTextEditors.find(candidate => candidate.document === document);
		const manual = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
		const paused = manual ? undefined : this.parts.enablement.pausedReason(document.languageId);
		const disabledReason = secretKind(document.uri.path) === undefined ? paused : 'secretFile';
		const selected = context.selectedCompletionInfo;
		return {
			document: snapshot(document),
			position: { line: position.line, character: position.character },
			trigger: manual ? 'manual' : 'typing',
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
