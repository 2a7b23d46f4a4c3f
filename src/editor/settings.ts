import * as vscode from 'vscode';
import { type Device, type ModelRole } from '../generation';
import { isDevice } from '../protocol';
import {
	readProfiles,
	resolveRole,
	type RawServerSettings,
	type ServerProfile,
	type ServerRole,
	type ServerRoles,
	type ServerTarget,
} from './serverRoles';
import { type ProfileChange } from './serverProfiles';
import { userValue } from './userValue';

/** Everything a user can set, read at the moment of use. Defaults are written in package.json and nowhere else. */
export class Settings implements vscode.Disposable {
	private readonly changed = new vscode.EventEmitter<vscode.ConfigurationChangeEvent>();
	readonly onChange = this.changed.event;
	private readonly subscription = vscode.workspace.onDidChangeConfiguration(event => {
		if (event.affectsConfiguration('inkling')) this.changed.fire(event);
	});

	/** Whether completions appear by themselves in this language. */
	enabledFor(languageId: string): boolean {
		const languages = this.languages();
		return languages[languageId] ?? languages['*'] ?? true;
	}

	/** The language switches as they are in effect, settings of all scopes merged. */
	languages(): Readonly<Record<string, boolean>> {
		const value = vscode.workspace.getConfiguration('inkling').get<Record<string, unknown>>('enable', {});
		return Object.fromEntries(
			Object.entries(value).filter((entry): entry is [string, boolean] => entry[1] === true || entry[1] === false),
		);
	}

	/** Flips one language, or `*`, in the user's settings. */
	async setEnabled(languageId: string, enabled: boolean): Promise<void> {
		const configuration = vscode.workspace.getConfiguration('inkling');
		const current = configuration.inspect<Record<string, boolean>>('enable')?.globalValue ?? {};
		await configuration.update('enable', { ...current, [languageId]: enabled }, vscode.ConfigurationTarget.Global);
	}

	blocks(document: vscode.TextDocument): boolean {
		return vscode.workspace.getConfiguration('inkling', document).get('completion.blocks') !== 'never';
	}

	get timeLimitMs(): number {
		return this.number('completion.timeLimitMs');
	}

	get minimumConfidence(): number {
		return this.number('completion.minimumConfidence');
	}

	/** Where the n-grams of completions come from. */
	get learnFrom(): 'workspace' | 'openFiles' | 'off' {
		const value = vscode.workspace.getConfiguration('inkling').get('completion.learnFromWorkspace');
		return value === 'workspace' || value === 'openFiles' ? value : 'off';
	}

	get completionModel(): string {
		return this.machine('string', 'model.completion');
	}

	get tasksModel(): string {
		return this.machine('string', 'model.tasks');
	}

	/** '' lets Inkling choose. */
	get chatModel(): string {
		return this.machine('string', 'chat.model');
	}

	/** What becomes of turns that the chat model can no longer read. */
	get olderTurns(): 'summarize' | 'drop' {
		return this.machine('string', 'chat.olderTurns') === 'drop' ? 'drop' : 'summarize';
	}

	/** Address of the host that models are downloaded from; '' is the usual one. */
	get modelMirror(): string {
		return this.machine('string', 'models.mirror');
	}

	async setModelMirror(address: string): Promise<void> {
		await vscode.workspace
			.getConfiguration('inkling')
			.update('models.mirror', address, vscode.ConfigurationTarget.Global);
	}

	/** The user's own catalogue entries, unchecked. */
	get ownCatalogue(): readonly unknown[] {
		const value = this.machineValue('models.catalogue');
		return Array.isArray(value) ? (value as readonly unknown[]) : [];
	}

	/** 'auto' lets a measurement decide. */
	get device(): Device | 'auto' {
		const device = this.machine('string', 'model.device');
		return isDevice(device) ? device : 'auto';
	}

	async setDevice(device: Device | 'auto'): Promise<void> {
		await this.update('model.device', device === 'auto' ? undefined : device);
	}

	/** Undefined lets the engine choose. */
	get threads(): number | undefined {
		const threads = this.machine('number', 'model.threads');
		return threads > 0 ? Math.floor(threads) : undefined;
	}

	get cacheBytes(): number {
		return this.machine('number', 'model.cacheMegabytes') * 1024 * 1024;
	}

	get idleUnloadMs(): number {
		return this.machine('number', 'model.idleUnloadMinutes') * 60_000;
	}

	/** Whether windows share one engine process per model, where the system can. */
	get shareEngine(): boolean {
		return this.machineValue('model.shareEngine') !== false;
	}

	get promptsFolder(): string {
		return this.machine('string', 'prompts.folder');
	}

	get assistantsFolder(): string {
		return this.machine('string', 'prompts.assistantsFolder');
	}

	get serverUrl(): string {
		return this.machine('string', 'server.url');
	}

	get serverModel(): string {
		return this.machine('string', 'server.model');
	}

	/** Which server a role goes to; undefined for this machine. */
	serverFor(role: ServerRole): ServerTarget | undefined {
		return resolveRole(role, this.rawServer);
	}

	/** What is set about servers, as it is written. */
	get rawServer(): RawServerSettings {
		const roles = this.machineValue('server.roles');
		const profiles = this.machineValue('server.profiles');
		return { url: this.serverUrl, model: this.serverModel, roles, profiles };
	}

	get serverProfiles(): readonly ServerProfile[] {
		return readProfiles(this.machineValue('server.profiles'));
	}

	/** Globs of files that are never sent to a server. A workspace can add to the user's own, and take nothing away. */
	get neverSend(): readonly string[] {
		const found = vscode.workspace.getConfiguration('inkling').inspect<unknown>('server.neverSend');
		const all = [found?.globalValue ?? found?.defaultValue, found?.workspaceValue, found?.workspaceFolderValue];
		return all.flatMap(globs => (Array.isArray(globs) ? globs.filter(glob => typeof glob === 'string') : []));
	}

	/** The network is locked: nothing in the extension may connect to anything. */
	get offline(): boolean {
		return this.machineValue('network.offline') === true;
	}

	/** Port for serving models; 0 takes any that is free. */
	get servingPort(): number {
		return this.machine('number', 'serving.port');
	}

	async setOffline(offline: boolean): Promise<void> {
		await this.update('network.offline', offline);
	}

	async setServer(
		{ url, model }: ServerTarget,
		{ roles, profiles }: { readonly roles: ServerRoles; readonly profiles: readonly ServerProfile[] },
	): Promise<void> {
		await this.update('server.profiles', profiles);
		// While the address changes, no role may go to one that it was not chosen for.
		const local = Object.entries(roles).map(([role, where]) => [role, where === 'server' ? 'local' : where] as const);
		await this.update('server.roles', Object.fromEntries(local));
		await this.update('server.url', url);
		await this.update('server.model', model);
		await this.update('server.roles', roles);
	}

	/** Profiles first: a role that names none runs on this machine. */
	async setProfiles({ roles, profiles }: ProfileChange): Promise<void> {
		await this.update('server.profiles', profiles);
		await this.update('server.roles', roles);
	}

	async setServerRoles(roles: ServerRoles): Promise<void> {
		await this.update('server.roles', roles);
	}

	async forgetServer(): Promise<void> {
		for (const key of ['server.url', 'server.model', 'server.roles']) await this.update(key, undefined);
	}

	async setModel(role: 'completion' | 'tasks', value: string): Promise<void> {
		await vscode.workspace
			.getConfiguration('inkling')
			.update(`model.${role}`, value, vscode.ConfigurationTarget.Global);
	}

	/** Whether a model can be chosen for a role. */
	hasRole(role: ModelRole): boolean {
		return vscode.workspace.getConfiguration('inkling').inspect(settingByRole[role])?.defaultValue !== undefined;
	}

	/** Uses an installed model for a role. */
	async useModel(role: ModelRole, folder: string): Promise<void> {
		await vscode.workspace
			.getConfiguration('inkling')
			.update(settingByRole[role], folder, vscode.ConfigurationTarget.Global);
	}

	/** Sets every role that uses this folder back to its default. */
	async stopUsingModel(folder: string): Promise<void> {
		const configuration = vscode.workspace.getConfiguration('inkling');
		for (const key of Object.values(settingByRole))
			if (configuration.inspect(key)?.globalValue === folder)
				await configuration.update(key, undefined, vscode.ConfigurationTarget.Global);
	}

	dispose(): void {
		this.subscription.dispose();
		this.changed.dispose();
	}

	private async update(key: string, value: unknown): Promise<void> {
		await vscode.workspace.getConfiguration('inkling').update(key, value, vscode.ConfigurationTarget.Global);
	}

	private number(key: string): number {
		return vscode.workspace.getConfiguration('inkling').get<number>(key, 0);
	}

	/** A repository must not choose what runs on this machine: workspace and folder values are not even looked at. */
	private machine(type: 'string', key: string): string;
	private machine(type: 'number', key: string): number;
	private machine(type: 'string' | 'number', key: string): unknown {
		const found = vscode.workspace.getConfiguration('inkling').inspect(key);
		return typeof found?.globalValue === type ? found?.globalValue : found?.defaultValue;
	}

	/** The same for values of any shape, which the caller checks. */
	private machineValue(key: string): unknown {
		return userValue(vscode.workspace.getConfiguration('inkling').inspect(key));
	}
}

const settingByRole: Readonly<Record<ModelRole, string>> = {
	fill: 'model.completion',
	task: 'model.tasks',
	chat: 'chat.model',
};
