import * as vscode from 'vscode';
import { type ModelInfo, type Usage } from '../generation';

/** The badge of an answer that came from a server: how much text left the machine, and to where. '' for one made here. */
export function describeEgress(
	model: { readonly device: string } & Pick<ModelInfo, 'host' | 'name'>,
	usage: Pick<Usage, 'promptTokens' | 'estimated'>,
): string {
	if (model.device !== 'remote') return '';
	const facts = { tokens: usage.promptTokens, host: model.host ?? model.name };
	return usage.estimated
		? vscode.l10n.t('About {tokens} tokens of text were sent to {host}.', facts)
		: vscode.l10n.t('{tokens} tokens of text were sent to {host}.', facts);
}
