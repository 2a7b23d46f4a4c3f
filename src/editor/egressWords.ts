import * as vscode from 'vscode';
import { type ModelInfo, type Usage } from '../generation';

/** The badge of an answer that came from a server: how much text left the machine, to where, and how much of it the server had read
 * before, where it tells. '' for one made here. */
export function describeEgress(
	model: { readonly device: string } & Pick<ModelInfo, 'host' | 'name'>,
	usage: Pick<Usage, 'promptTokens' | 'reusedTokens' | 'estimated'>,
): string {
	if (model.device !== 'remote') return '';
	const facts = { tokens: usage.promptTokens, host: model.host ?? model.name };
	if (usage.estimated) return vscode.l10n.t('About {tokens} tokens of text were sent to {host}.', facts);
	const sent = vscode.l10n.t('{tokens} tokens of text were sent to {host}.', facts);
	const reused = usage.reusedTokens;
	return reused === 0 ? sent : `${sent} ${vscode.l10n.t('{reused} of them were still in its cache.', { reused })}`;
}
