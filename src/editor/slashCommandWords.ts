import * as vscode from 'vscode';
import { type SlashCommandWords } from '../chat';

/** Titles and help of the commands that ship, in the user's language. */
export function slashCommandWords(): SlashCommandWords {
	const { t } = vscode.l10n;
	return {
		summarize: { title: t('Summarize'), help: t('The main points of a text.') },
		translate: { title: t('Translate'), help: t('A text in another language: /translate German ...') },
		continue: { title: t('Continue Writing'), help: t('What could come next in a text.') },
		explain: { title: t('Explain'), help: t('What code or a text says.') },
		fix: { title: t('Fix'), help: t('Code or a text with its mistakes put right.') },
		doc: { title: t('Write Doc Comment'), help: t('What a function or class does, for its callers.') },
		tests: { title: t('Write Tests'), help: t('Tests for code.') },
		rewrite: { title: t('Rewrite'), help: t('The same in other words: /rewrite shorter') },
	};
}
