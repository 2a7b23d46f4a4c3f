import * as vscode from 'vscode';
import { registerExplain, registerFix, registerRewrite, registerWriteTests } from './commands';
import { type TextCommandParts } from './commands/textTask';

const { QuickFix, Refactor } = vscode.CodeActionKind;

/** Explain, Fix, Write Tests and Rewrite, in the palette, the editor's context menu and the lightbulb. */
export function registerTextCommands(parts: TextCommandParts, canInstruct: () => Promise<boolean>): vscode.Disposable {
	return vscode.Disposable.from(
		registerExplain(parts),
		registerFix(parts),
		registerWriteTests(parts),
		registerRewrite(parts),
		registerTextActions(canInstruct),
	);
}

/** Offers Fix in the lightbulb menu of a problem, and Explain and Write Tests in that of a selection.
 * @param canInstruct whether a model that follows instructions is there, so that nothing is offered that cannot be done */
function registerTextActions(canInstruct: () => Promise<boolean>): vscode.Disposable {
	const provider: vscode.CodeActionProvider = {
		async provideCodeActions(document, range, { diagnostics }) {
			if (document.uri.scheme === 'inkling-proposal') return [];
			const isFixable = diagnostics.length > 0;
			if ((range.isEmpty && !isFixable) || !(await canInstruct())) return [];
			const { t } = vscode.l10n;
			return [
				...(isFixable ? [action(t('Inkling: Fix'), 'inkling.code.fix', QuickFix, diagnostics[0]!.range)] : []),
				...(range.isEmpty
					? []
					: [
							action(t('Inkling: Explain'), 'inkling.code.explain', Refactor.append('inkling.explain')),
							action(t('Inkling: Write Tests'), 'inkling.code.tests', Refactor.append('inkling.tests')),
						]),
			];
		},
	};
	return vscode.languages.registerCodeActionsProvider({ pattern: '**' }, provider, {
		providedCodeActionKinds: [QuickFix, Refactor],
	});
}

function action(
	title: string,
	command: string,
	kind: vscode.CodeActionKind,
	...given: readonly unknown[]
): vscode.CodeAction {
	const made = new vscode.CodeAction(title, kind);
	made.command = { command, title, arguments: [...given] };
	return made;
}
