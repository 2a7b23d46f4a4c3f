import * as vscode from 'vscode';
import { languages, servesLanguage } from '../../prompts';
import { readTaskSource } from '../taskSource';
import { offerWaysOn, runTextTask, type TextCommandParts } from './textTask';

const lastLanguageKey = 'translate.lastLanguage';

/** What Translate needs beside the other commands. */
export interface TranslateParts extends TextCommandParts {
	/** Languages that can be translated to as things are. */
	readonly translationTargets: () => Promise<readonly string[] | 'any'>;
}

/** "Translate...": the selection or the document into a language that is asked for, the last one first. */
export function registerTranslate(parts: TranslateParts): vscode.Disposable {
	return vscode.commands.registerCommand('inkling.text.translate', async () => {
		const source = readTaskSource('workOn');
		if (!source) return;
		const language = await pickLanguage(parts.memory, await parts.translationTargets());
		if (!language) return;
		await parts.memory.update(lastLanguageKey, language.tag);
		const title = vscode.l10n.t('Translate');
		const onUnsupported = (): void =>
			void offerWaysOn(
				vscode.l10n.t('No installed model can translate into {language}.', { language: language.label }),
			);
		const values = { language: language.tag };
		await runTextTask(parts, { template: 'translate', title, source, values, insertPlace: 'atCursor', onUnsupported });
	});
}

interface LanguageItem extends vscode.QuickPickItem {
	readonly tag: string;
}

async function pickLanguage(
	memory: vscode.Memento,
	targets: readonly string[] | 'any',
): Promise<LanguageItem | undefined> {
	// Before the first use the editor's own language is the best guess, and English for those who read English.
	const first = memory.get<string>(lastLanguageKey) ?? vscode.env.language;
	const items: LanguageItem[] = languages.map(({ tag, own, english }) => ({
		tag,
		label: own,
		description: own === english ? tag : `${english} (${tag})`,
	}));
	const index = items.findIndex(item => item.tag.toLowerCase() === first.toLowerCase());
	const [last] = index < 0 ? [] : items.splice(index, 1);
	const placeHolder = vscode.l10n.t('Translate into which language?');
	const options = { placeHolder, matchOnDescription: true };
	return vscode.window.showQuickPick(grouped(last ? [last, ...items] : items, targets), options);
}

/** What can be done first; what it takes for the rest stands above it. */
function grouped(items: readonly LanguageItem[], targets: readonly string[] | 'any'): LanguageItem[] {
	if (targets === 'any') return [...items];
	const isServed = ({ tag }: LanguageItem): boolean => targets.some(to => servesLanguage(to, tag));
	const heading = (label: string): LanguageItem => ({ label, tag: '', kind: vscode.QuickPickItemKind.Separator });
	return [
		heading(vscode.l10n.t('Built in: software phrases, short sentences')),
		...items.filter(isServed),
		heading(vscode.l10n.t('Needs a larger model or a server')),
		...items.filter(item => !isServed(item)),
	];
}
