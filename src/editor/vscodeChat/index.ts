import * as vscode from 'vscode';
import { type TextGenerator } from '../../generation';
import { type Settings } from '../settings';
import { registerModelProvider, type ChatModels } from './modelProvider';
import { registerParticipant, type ParticipantParts } from './participant';

interface Parts extends Omit<ParticipantParts, 'generator'> {
	readonly models: ChatModels & { task(task: string): Promise<TextGenerator> };
	readonly settings: Pick<Settings, 'onChange'>;
}

/** Inkling in VS Code's own chat: `@inkling`, and the chat model among VS Code's language models. */
export function registerVscodeChat(parts: Parts): vscode.Disposable {
	const { models, settings, log } = parts;
	const onChange = (listener: () => void): vscode.Disposable =>
		settings.onChange(event => {
			if (['chat', 'model', 'server'].some(section => event.affectsConfiguration(`inkling.${section}`))) listener();
		});
	const generator: ParticipantParts['generator'] = async model =>
		model === 'chat' ? models.chat() : models.task('chat');
	return vscode.Disposable.from(
		registerParticipant({ ...parts, generator }),
		registerModelProvider(models, onChange, log),
	);
}
