import { basename } from 'node:path';
import * as vscode from 'vscode';
import { untilAborted } from '../../base';
import {
	commentEdit,
	declarationAt,
	docLanguageOf,
	enclosingDeclaration,
	sourceOf,
	type CommentEdit,
	type Declaration,
} from '../../completions';
import { GenerationError } from '../../generation';
import { abilityFor, findTemplate, runTask } from '../../prompts';
import { confirmWrite } from '../confirmWrite';
import { relocate } from '../relocate';
import { snapshot } from '../snapshot';
import { describeNote } from '../taskNotes';
import { secretRefusal } from '../taskSource';
import { showError } from '../userErrors';
import { offerWaysOn, type TextCommandParts } from './textTask';

type Parts = Omit<TextCommandParts, 'panel' | 'memory'>;

const template = 'document';

/** "Write Doc Comment": one for the function, method or class at the cursor. A new one is inserted as one undo step, words that
 * are there already are replaced through a diff only. */
export function registerWriteDocComment(parts: Parts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.code.document', async (line?: unknown) => {
		const editor = vscode.window.activeTextEditor;
		const at = typeof line === 'number' ? line : (editor?.selection.active.line ?? 0);
		const found = editor ? findDeclaration(editor.document, at) : vscode.l10n.t('Open a text file first.');
		if (!editor || typeof found === 'string') {
			if (typeof found === 'string') void vscode.window.showWarningMessage(found);
			return;
		}
		try {
			await document(editor, found, parts);
		} catch (error) {
			await reportFailure(error, parts);
		}
	});
}

/** The declaration, or why there is none. */
function findDeclaration(document: vscode.TextDocument, line: number): Declaration | string {
	const { t } = vscode.l10n;
	const secret = secretRefusal(document.uri);
	if (secret !== undefined) return secret;
	if (!docLanguageOf(document.languageId))
		return t('Doc comments can be written in TypeScript, JavaScript, Python, Java, Go and Rust.');
	return enclosingDeclaration(snapshot(document), line) ?? t('Put the cursor into a function, method or class first.');
}

async function document(editor: vscode.TextEditor, declaration: Declaration, parts: Parts): Promise<void> {
	const { document } = editor;
	const header = document.lineAt(declaration.headerLine);
	const passage = { text: header.text, offset: document.offsetAt(header.range.start) };
	const answer = await ask(document, declaration, parts);
	if (answer === undefined) return;
	// The document may have changed meanwhile: the declaration is looked up again.
	const offset = relocate(document.getText(), passage.text, passage.offset);
	const now = offset === undefined ? undefined : declarationAt(snapshot(document), document.positionAt(offset).line);
	if (!now) {
		void vscode.window.showWarningMessage(
			vscode.l10n.t('The passage was changed in the meantime and can no longer be found. Run the command again.'),
		);
		return;
	}
	const indentation = {
		insertSpaces: editor.options.insertSpaces !== false,
		tabSize: typeof editor.options.tabSize === 'number' ? editor.options.tabSize : 4,
	};
	const edit = commentEdit(snapshot(document), now, answer, indentation);
	if (edit) await apply(document, edit, parts);
	else void vscode.window.showWarningMessage(vscode.l10n.t('The model had nothing to add.'));
}

/** The model's words with progress and a way to stop; undefined when stopped. */
async function ask(document: vscode.TextDocument, declaration: Declaration, parts: Parts): Promise<string | undefined> {
	const title = vscode.l10n.t('Writing a doc comment...');
	const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
	return vscode.window.withProgress(options, async (_, token) => {
		const controller = new AbortController();
		const { signal } = controller;
		token.onCancellationRequested(() => controller.abort());
		const found = findTemplate(await parts.templates(), template);
		const generator = await untilAborted(parts.taskGenerator(template, document.uri), signal);
		if (!generator) return undefined;
		if (!abilityFor(generator.model, found, {}))
			throw new GenerationError('unsupportedTask', `The model ${generator.model.name} can write no doc comments.`);
		const text = sourceOf(snapshot(document), declaration);
		const facts = { languageId: document.languageId, fileName: basename(document.uri.path) };
		let answer = '';
		for await (const event of runTask({ template: found, text, document: facts, values: {}, generator, signal })) {
			if (event.type === 'text') answer += event.text;
			else if (event.type === 'note') vscode.window.setStatusBarMessage(describeNote(event.note), 8000);
		}
		return signal.aborted ? undefined : answer;
	});
}

async function apply(document: vscode.TextDocument, edit: CommentEdit, { proposals }: Parts): Promise<void> {
	const { start, end } = edit.range;
	const range = new vscode.Range(start.line, start.character, end.line, end.character);
	const { uri } = document;
	if (edit.replacesWords) {
		const title = vscode.l10n.t('Write Doc Comment');
		const original = document.getText(range);
		await proposals.show({ uri, start: document.offsetAt(range.start), original, replacement: edit.text, title });
		return;
	}
	const { version } = document;
	if (!(await confirmWrite(uri)) || document.version !== version) return;
	const change = new vscode.WorkspaceEdit();
	change.replace(uri, range, edit.text);
	if (!(await vscode.workspace.applyEdit(change)))
		void vscode.window.showWarningMessage(vscode.l10n.t('The change could not be written. The file may be read-only.'));
}

async function reportFailure(error: unknown, { log }: Parts): Promise<void> {
	const code = error instanceof GenerationError ? error.code : undefined;
	if (code !== 'unsupportedTask' && code !== 'modelMissing' && code !== 'notSure') {
		await showError(error, log);
		return;
	}
	log.warn(String(error));
	await offerWaysOn(
		code === 'notSure'
			? vscode.l10n.t('The model is not sure enough what this code does. A larger model may be.')
			: vscode.l10n.t('No installed model can write doc comments.'),
	);
}
