import * as vscode from 'vscode';
import { type BuiltChatPrompt, type ContextItem, type ContextRead } from '../../chat';
import { describeRefusal } from '../chat/contextWords';

/** What the model does not see, one sentence each. */
export function describeLeftOut(dropped: BuiltChatPrompt['dropped'], read: ContextRead): readonly string[] {
	const { t } = vscode.l10n;
	const names = (items: readonly ContextItem[]): string => items.map(({ label }) => label).join(', ');
	return [
		...read.refused.map(({ item, refused }) => `${item.label}: ${describeRefusal(refused)}`),
		...(dropped.turns > 0
			? [t('The model does not see the first {turns} turns: its context is full.', { turns: dropped.turns })]
			: []),
		...(dropped.context.length > 0 ? [t('No room for: {items}.', { items: names(dropped.context) })] : []),
		...(dropped.cut.length > 0 ? [t('Only the start of: {items}.', { items: names(dropped.cut) })] : []),
	];
}
