import * as vscode from 'vscode';
import { readTaskSource } from '../taskSource';
import { offerWaysOn, runTextTask, type TextCommandParts } from './textTask';

interface Way extends vscode.QuickPickItem {
	/** For the model, in English; undefined where the person says it. */
	readonly wish: string | undefined;
}

/** "Rewrite...": the selection or the document in other words, as a diff. */
export function registerRewrite(parts: TextCommandParts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.text.rewrite', async () => {
		const source = readTaskSource('workOn');
		if (!source) return;
		const wish = await askWish();
		if (wish === undefined) return;
		await runTextTask(parts, {
			template: 'rewrite',
			title: vscode.l10n.t('Rewrite'),
			source,
			values: { wish },
			insertPlace: 'atCursor',
			onUnsupported: () => void offerWaysOn(vscode.l10n.t('No installed model can rewrite a text.')),
		});
	});
}

/** How the text is to be; undefined when the person changed their mind. */
async function askWish(): Promise<string | undefined> {
	const { t } = vscode.l10n;
	const ways: readonly Way[] = [
		{ label: t('Clearer'), wish: 'Make it clear, correct and easy to read.' },
		{ label: t('Shorter'), wish: 'Make it about half as long; keep every fact that matters.' },
		{ label: t('More detailed'), wish: 'Make it more detailed; add nothing that it does not say or imply.' },
		{ label: t('More formal'), wish: 'Make it more formal and polite.' },
		{ label: t('Friendlier'), wish: 'Make it friendlier and more personal.' },
		{ label: t('Grammar and spelling only'), wish: 'Correct grammar, spelling and punctuation; change nothing else.' },
		{ label: t('Something else...'), wish: undefined },
	];
	const way = await vscode.window.showQuickPick(ways, { title: t('How is it to be?') });
	if (!way || way.wish !== undefined) return way?.wish;
	const wish = await vscode.window.showInputBox({
		title: t('How is it to be?'),
		placeHolder: t('For example: for beginners, as a list, in the past tense'),
	});
	return wish?.trim() === '' ? undefined : wish;
}
