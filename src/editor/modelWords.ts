import * as vscode from 'vscode';
import { type InstalledModel } from '../models';
import { languages, servesLanguage } from '../prompts';

/** What a built-in model is good for, from the abilities its config.json announces. */
export function goodFor({ roles, tasks }: Pick<InstalledModel, 'roles' | 'tasks'>): string {
	const { t } = vscode.l10n;
	const targets = tasks.flatMap(({ task, to }) => (task === 'translate' && to !== undefined ? [ownName(to)] : []));
	const sentences: string[] = [];
	if (roles.includes('fill')) sentences.push(t('Completes code and text while you type.'));
	if (targets.length > 0)
		sentences.push(
			t('Translates software phrases and short sentences into {languages}.', { languages: targets.join(', ') }),
		);
	if (tasks.some(({ task }) => task === 'document')) sentences.push(t('Describes a function in one sentence.'));
	if (roles.includes('chat')) sentences.push(t('Follows instructions: summarizes, translates, explains and chats.'));
	return sentences.join(' ');
}

function ownName(tag: string): string {
	return languages.find(language => servesLanguage(tag, language.tag))?.own ?? tag;
}
