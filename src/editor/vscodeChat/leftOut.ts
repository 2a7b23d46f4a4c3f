import * as vscode from 'vscode';
import { type BuiltChatPrompt, type ContextItem, type ContextRead, type Summary } from '../../chat';
import { describeRefusal } from '../chat/contextWords';
import { describeOlderTurns, summarySource } from '../chat/olderTurnsView';

/** What the model does not see, or not as it was, one note each. A summary that is seen for the first time is shown whole. */
export function describeLeftOut(
	{ dropped, older }: Pick<BuiltChatPrompt, 'dropped' | 'older'>,
	read: ContextRead,
	summary: Summary | undefined,
): readonly string[] {
	const { t } = vscode.l10n;
	const names = (items: readonly ContextItem[]): string => items.map(({ label }) => label).join(', ');
	return [
		...read.refused.map(({ item, refused }) => `${item.label}: ${describeRefusal(refused)}`),
		...(older ? [describeOlderTurns(older)] : []),
		...(summary ? [[...summary.text.split('\n'), '', summarySource(summary)].map(line => `> ${line}`).join('\n')] : []),
		...(dropped.context.length > 0 ? [t('No room for: {items}.', { items: names(dropped.context) })] : []),
		...(dropped.cut.length > 0 ? [t('Only the start of: {items}.', { items: names(dropped.cut) })] : []),
	];
}
