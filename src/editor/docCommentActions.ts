import * as vscode from 'vscode';
import { declarationAt, documentedLanguageIds } from '../completions';
import { snapshot } from './snapshot';

const kind = vscode.CodeActionKind.RefactorRewrite.append('inkling.document');

/** Offers a doc comment in the lightbulb menu of a function, method or class that has none.
 * @param canDocument whether a model for it is there, so that nothing is offered that cannot be done */
export function registerDocCommentActions(canDocument: () => Promise<boolean>): vscode.Disposable {
	const provider: vscode.CodeActionProvider = {
		async provideCodeActions(document, range) {
			const line = range.start.line;
			const declaration = declarationAt(snapshot(document), line);
			if (!declaration || declaration.comment || !(await canDocument())) return [];
			const title = vscode.l10n.t('Inkling: Write Doc Comment');
			const action = new vscode.CodeAction(title, kind);
			action.command = { command: 'inkling.code.document', title, arguments: [line] };
			return [action];
		},
	};
	return vscode.languages.registerCodeActionsProvider([...documentedLanguageIds], provider, {
		providedCodeActionKinds: [kind],
	});
}
