import * as vscode from 'vscode';
import { type ChatLabels } from '../../protocol';

/** The fixed texts of the panel in the user's language. */
export function chatLabels(): ChatLabels {
	const { t } = vscode.l10n;
	return {
		title: t('Chat'),
		placeholder: t('Ask about your text or code. @ adds context, / shows commands.'),
		send: t('Send'),
		stop: t('Stop'),
		newChat: t('New Chat'),
		you: t('You'),
		conversation: t('Conversation'),
		composer: t('Message'),
		addContext: t('Add Context...'),
		removeContext: t('Remove {label}', { label: '{label}' }),
		suggestions: t('Context to add'),
		commands: t('Commands'),
		noMatches: t('Nothing found.'),
		model: t('Model'),
		chooseModel: t('Choose Model...'),
		assistant: t('Assistant'),
		chooseAssistant: t('Choose Chat Assistant...'),
		copy: t('Copy'),
		copyCode: t('Copy Code'),
		insert: t('Insert at Cursor'),
		replace: t('Replace Selection...'),
		newFile: t('New File'),
		regenerate: t('Answer Again'),
		edit: t('Edit'),
		save: t('Ask Again'),
		cancel: t('Cancel'),
		previous: t('Previous Version'),
		next: t('Next Version'),
		waiting: t('Waiting for the model'),
		answering: t('The model is answering.'),
		answered: t('The answer is complete.'),
		stopped: t('Stopped.'),
		failed: t('The answer failed.'),
		code: t('Code'),
		link: t('Opens after you have seen the whole address: {address}', { address: '{address}' }),
		scrollDown: t('Scroll to the End'),
		welcome: t('Ask Inkling'),
		welcomeHint: t(
			'The model runs on your machine or on the server you connected. Conversations stay on this machine.',
		),
		tokens: t('{count} tokens', { count: '{count}' }),
		thoughts: t('What the model thought first'),
		openPlace: t('Open {place}', { place: '{place}' }),
		dropHere: t('Hold Shift and drop files here'),
	};
}
