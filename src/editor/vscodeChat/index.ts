import * as vscode from 'vscode';
import { type TextGenerator } from '../../generation';
import { type ChatRole } from '../engines';
import { type Settings } from '../settings';
import { registerModelProvider, type ChatModels } from './modelProvider';
import { registerParticipant, type ParticipantParts } from './participant';
import { ParticipantSummaries } from './summaries';

interface Parts extends Omit<ParticipantParts, 'generator' | 'summaries'> {
	readonly models: ChatModels & { chat(role: ChatRole): Promise<TextGenerator> };
	readonly settings: Pick<Settings, 'onChange' | 'olderTurns'>;
}

/** Inkling in VS Code's own chat: `@inkling`, and the chat model among VS Code's language models. */
export function registerVscodeChat(parts: Parts): vscode.Disposable {
	const { models, settings, log } = parts;
	const onChange = (listener: () => void): vscode.Disposable =>
		settings.onChange(event => {
			if (['chat', 'model', 'server'].some(section => event.affectsConfiguration(`inkling.${section}`))) listener();
		});
	const generator: ParticipantParts['generator'] = role => models.chat(role);
	const summaries = new ParticipantSummaries(log);
	return vscode.Disposable.from(
		summaries,
		registerParticipant({
			...parts,
			generator,
			summaries: () => (settings.olderTurns === 'summarize' ? summaries : undefined),
		}),
		registerModelProvider(models, onChange, log),
	);
}
