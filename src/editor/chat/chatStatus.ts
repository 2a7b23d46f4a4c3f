import * as vscode from 'vscode';
import { Emitter } from '../../base';
import { type PromptUsage } from '../../chat';
import { HistoryError } from '../../history';
import { type StatusView } from '../../protocol';
import { type PackNotice } from '../pack';
import { type ChatSessions } from './chatSessions';
import { describeRefusal } from './contextWords';
import { modelCard, type CardAction, type SuggestedModel } from './modelCard';
import { deviceName } from './turnViews';

/** What would answer, found without starting anything. */
export interface ChatModelFacts {
	readonly name: string;
	/** Where it runs, once it is loaded. */
	readonly device: string | undefined;
}

export interface ChatStatusParts {
	readonly sessions: ChatSessions;
	/** Undefined where nothing that is installed can chat. */
	model(): Promise<ChatModelFacts | undefined>;
	/** The title of the assistant that answers; '' for none. */
	assistant(): Promise<string>;
	/** Why the model pack is not used, where there is something to tell. */
	pack(): Promise<PackNotice | undefined>;
	/** The best chat models of the catalogue for this machine, at most two. */
	recommended(): Promise<readonly SuggestedModel[]>;
	/** Lets the person choose a model for the chat. */
	choose(): Promise<void>;
}

/** What stands around the composer: model, device, context meter, warnings, or the card where no model can chat. */
export class ChatStatus implements vscode.Disposable {
	private readonly changed = new Emitter<void>();
	readonly onChange = this.changed.event;
	/** Why the message in the composer was not sent; '' when none is held. */
	private held = '';
	private actions = new Map<string, CardAction>();
	private readonly subscription: vscode.Disposable;

	constructor(private readonly parts: ChatStatusParts) {
		const { sessions } = parts;
		this.subscription = vscode.Disposable.from(
			sessions.onSwitch(() => this.hold('')),
			sessions.onChange(change => {
				if (change.kind === 'turns') this.refresh();
			}),
		);
	}

	/** Something outside the conversation changed: settings, installed models, a server. */
	refresh(): void {
		this.changed.fire();
	}

	/** Says why a message was not sent, until the next one is. */
	hold(reason: string): void {
		this.held = reason;
		this.refresh();
	}

	async view(): Promise<StatusView> {
		const { usage, unsaved } = this.parts.sessions.current;
		const model = await this.parts.model();
		const notices = [
			...(this.held === '' ? [] : [this.held]),
			...usageNotices(usage),
			...(unsaved === undefined ? [] : [unsavedNotice(unsaved)]),
		];
		const shown = { notices, assistant: await this.parts.assistant(), ...(usage && { meter: meterOf(usage) }) };
		if (model) return { ...shown, model: model.name, device: model.device ? deviceName(model.device) : '' };
		const { card, actions } = modelCard(await this.parts.recommended(), await this.parts.pack());
		this.actions = new Map(actions.map(action => [action.id, action]));
		return { ...shown, model: '', device: '', card };
	}

	/** Runs an action of the card, if the card that was shown has it. */
	async act(id: string): Promise<void> {
		await this.actions.get(id)?.run();
		this.refresh();
	}

	async chooseModel(): Promise<void> {
		await this.parts.choose();
		this.refresh();
	}

	dispose(): void {
		this.subscription.dispose();
		this.changed.dispose();
	}
}

function meterOf({ usedTokens, budgetTokens }: PromptUsage): NonNullable<StatusView['meter']> {
	const numbers = { used: inWords(usedTokens), budget: inWords(budgetTokens) };
	const fraction = Math.min(1, usedTokens / Math.max(1, budgetTokens));
	return {
		fraction,
		short: `${Math.round(fraction * 100)} %`,
		long: vscode.l10n.t('The last message used {used} of {budget} tokens that the model can read at once.', numbers),
	};
}

function usageNotices(usage: PromptUsage | undefined): string[] {
	if (!usage) return [];
	const { t } = vscode.l10n;
	const names = (items: readonly { readonly label: string }[]): string => items.map(({ label }) => label).join(', ');
	const { droppedTurns, summarizedTurns, droppedContext, cutContext, refused } = usage;
	return [
		...(droppedTurns > summarizedTurns
			? [t('{count} earlier turns were left out for the last answer.', { count: droppedTurns - summarizedTurns })]
			: []),
		...(droppedContext.length > 0
			? [t('Did not fit and was left out: {items}.', { items: names(droppedContext) })]
			: []),
		...(cutContext.length > 0 ? [t('Only the beginning fitted: {items}.', { items: names(cutContext) })] : []),
		...refused.map(refusal => `${refusal.item.label}: ${describeRefusal(refusal.refused)}`),
	];
}

function unsavedNotice(error: unknown): string {
	const { t } = vscode.l10n;
	const code = error instanceof HistoryError ? error.code : 'unknown';
	if (code === 'diskFull')
		return t(
			'The disk is full: this conversation is not being saved. Free some space; it is saved with the next message.',
		);
	if (code === 'deleted')
		return t('This conversation was deleted in another window. What follows is not saved unless it is restored.');
	if (code === 'readOnly')
		return t(
			'This conversation cannot be saved: Inkling may not write to its storage folder. What was saved before is intact.',
		);
	return t('This conversation could not be saved. The log says why. What was saved before is intact.');
}

const inWords = (count: number): string => count.toLocaleString(vscode.env.language);
