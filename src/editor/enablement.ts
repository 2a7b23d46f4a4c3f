import * as vscode from 'vscode';
import { type Settings } from './settings';

export type PausedReason = 'turnedOff' | 'languageDisabled' | 'snoozed';

/** Whether completions may appear by themselves: the settings, plus a snooze that ends by itself. */
export class Enablement implements vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<void>();
	readonly onChange = this.changed.event;
	private timer: NodeJS.Timeout | undefined;
	private until = 0;
	private readonly subscription: vscode.Disposable;

	constructor(private readonly settings: Settings) {
		this.subscription = settings.onChange(event => {
			if (event.affectsConfiguration('inkling.enable')) this.changed.fire();
		});
	}

	/** End of the snooze as a time stamp in milliseconds; undefined when awake. */
	get snoozedUntil(): number | undefined {
		return this.until > Date.now() ? this.until : undefined;
	}

	/** Why nothing appears while typing in this language, or undefined when it does. */
	pausedReason(languageId: string | undefined): PausedReason | undefined {
		if (this.snoozedUntil !== undefined) return 'snoozed';
		const languages = this.settings.languages();
		if (languageId === undefined || languages[languageId] === undefined)
			return languages['*'] === false ? 'turnedOff' : undefined;
		return languages[languageId] ? undefined : 'languageDisabled';
	}

	snooze(minutes: number): void {
		this.wake();
		this.until = Date.now() + minutes * 60_000;
		this.timer = setTimeout(() => this.wake(), minutes * 60_000);
		this.changed.fire();
	}

	wake(): void {
		clearTimeout(this.timer);
		this.until = 0;
		this.changed.fire();
	}

	dispose(): void {
		clearTimeout(this.timer);
		this.subscription.dispose();
		this.changed.dispose();
	}
}
