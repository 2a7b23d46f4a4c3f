import * as vscode from 'vscode';
import { pathOf, type Conversation, type OlderThanPrompt, type SentText, type Summary } from '../../chat';
import { type OlderView } from '../../protocol';
import { describeEgress } from '../egressWords';
import { deviceName } from './turnViews';

/** What the conversation says about turns that the model did not see for its latest answer; undefined when it saw all. */
export function olderTurnsView(conversation: Conversation): OlderView | undefined {
	const path = pathOf(conversation);
	const latest = path.findLast(turn => turn.kind === 'answer' && turn.model !== '');
	const older = latest?.kind === 'answer' ? latest.older : undefined;
	if (!older || !path.some(({ id }) => id === older.before)) return undefined;
	const summary = older.upTo === undefined ? undefined : conversation.summaries.get(older.upTo);
	const { before } = older;
	if (!summary) return { before, text: describeOlderTurns({ ...older, summarized: 0 }), summary: '', source: '' };
	return { before, text: describeOlderTurns(older), summary: summary.text, source: summarySource(summary) };
}

/** Who made a summary, and what was sent for it on a line of its own. */
export function summarySource({ model, device, sent }: Summary): string {
	const source = [model, deviceName(device)].filter(word => word !== '').join(' · ');
	return [source, ...(sent ? [sentWords(model, device, sent)] : [])].join('\n');
}

/** What became of turns that no longer fit. */
export function describeOlderTurns({ turns, summarized }: OlderThanPrompt): string {
	const { t } = vscode.l10n;
	if (turns === 1)
		return summarized === 0
			? t('The model no longer sees the first turn.')
			: t('The model sees the first turn as a summary.');
	if (summarized === 0) return t('The model no longer sees the first {count} turns.', { count: turns });
	if (summarized === turns) return t('The model sees the first {count} turns as a summary.', { count: turns });
	if (summarized === 1)
		return t('The model sees the first turn as a summary, and {left} after it no longer.', { left: turns - 1 });
	return t('The model sees the first {count} turns as a summary, and {left} after them no longer.', {
		count: summarized,
		left: turns - summarized,
	});
}

function sentWords(name: string, device: string, { tokens, isEstimate, reused = 0, host }: SentText): string {
	const usage = { promptTokens: tokens, reusedTokens: reused, estimated: isEstimate };
	return describeEgress({ device, name, host }, usage);
}
