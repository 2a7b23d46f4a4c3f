import * as vscode from 'vscode';
import { type Recommendation } from '../../models';
import { type CardView } from '../../protocol';
import { type PackNotice } from '../pack';

/** A chat model of the catalogue that suits this machine. */
export interface SuggestedModel {
	readonly id: string;
	readonly name: string;
	/** What it is for and how large. */
	readonly detail: string;
}

/** An entry of the catalogue in the words of the card. */
export function suggestedModel({ entry, variant }: Recommendation): SuggestedModel {
	const goodFor = entry.goodFor[vscode.env.language.toLowerCase()] ?? entry.goodFor.en;
	const size = variant.megabytes >= 1000 ? `${(variant.megabytes / 1000).toFixed(1)} GB` : `${variant.megabytes} MB`;
	return { id: entry.repository, name: entry.name, detail: `${size}, ${entry.licence}. ${goodFor}` };
}

export interface CardAction {
	readonly id: string;
	run(): Thenable<unknown>;
}

/** What the panel says where no installed model can chat: the ways to one, and what works without. */
export function modelCard(
	models: readonly SuggestedModel[],
	pack: PackNotice | undefined,
): {
	readonly card: CardView;
	readonly actions: readonly CardAction[];
} {
	const { t } = vscode.l10n;
	const run = (command: string, ...rest: readonly unknown[]) => vscode.commands.executeCommand(command, ...rest);
	const entries = [
		...packEntries(pack, run),
		...models.map(({ id, name, detail }, index) => ({
			id: `install:${id}`,
			label: t('Install {name}', { name }),
			detail,
			isPrimary: index === 0 && !pack?.action,
			run: () => run('inkling.model.install', id),
		})),
		{
			id: 'connect',
			label: t('Connect to Server...'),
			detail: t('Ollama, llama.cpp, vLLM or any other OpenAI-compatible server'),
			isPrimary: false,
			run: () => run('inkling.server.connect'),
		},
		{
			id: 'choose',
			label: t('Choose Model...'),
			detail: t('A folder with a chat model in the ONNX format'),
			isPrimary: false,
			run: () => run('inkling.model.choose', 'chat'),
		},
	];
	const text =
		models.length === 0
			? t('The built-in models complete and translate; a conversation needs a larger one.')
			: t('The built-in models complete and translate; a conversation needs a larger one. These suit this machine:');
	return {
		card: {
			title: t('No model that can chat yet'),
			text: pack ? `${pack.title}. ${pack.text} ${text}` : text,
			actions: entries.map(({ id, label, detail, isPrimary }) => ({ id, label, detail, isPrimary })),
			footer: t(
				'Without one: completions while you type, Summarize, Translate, Continue Writing, and all earlier chats.',
			),
		},
		actions: entries,
	};
}

/** What helps where the model pack is not used comes first: it is the shortest way to a model that chats. */
function packEntries(
	pack: PackNotice | undefined,
	run: (command: string, ...rest: readonly unknown[]) => Thenable<unknown>,
): readonly (CardView['actions'][number] & CardAction)[] {
	if (!pack?.action) return [];
	const { label, command, argument } = pack.action;
	const given = argument === undefined ? [] : [argument];
	return [{ id: 'pack', label, detail: pack.title, isPrimary: true, run: () => run(command, ...given) }];
}
