import { homedir, hostname, totalmem, userInfo } from 'node:os';
import { basename, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { deviceFacts, type DeviceChooser, type DeviceFacts, type DeviceVerdict } from '../../backends';
import { type OutcomeRecord } from '../../completions';
import { type ModelRole } from '../../generation';
import { builtInCompletionModel, type InstalledModel, type ModelStore } from '../../models';
import { type DeviceProbe } from '../../protocol';
import { type Engines } from '../engines';
import { type PackNotice } from '../pack';
import { type Settings } from '../settings';
import { type RecentError } from './recentErrors';
import { redactor } from './redaction';
import { changedSettings, type ChangedSetting, type SettingFacts } from './settingsDiff';

/** What a report is made of. */
export interface DoctorParts {
	readonly context: Pick<vscode.ExtensionContext, 'extension'>;
	readonly settings: Settings;
	readonly store: ModelStore;
	readonly chooser: DeviceChooser;
	readonly engines: Pick<Engines, 'slots' | 'roles'>;
	/** What a person is told about the model pack. */
	readonly packNotice: () => Promise<PackNotice | undefined>;
	readonly completer: { readonly recent: readonly OutcomeRecord[] };
	readonly errors: { readonly list: readonly RecentError[] };
	/** Absolute paths of the engine bundle and of the folder with the built-in models. */
	readonly entry: string;
	readonly modelsRoot: string;
}

/** A model that can be used here. */
interface ModelFacts {
	readonly name: string;
	readonly bytes: number | undefined;
	readonly origin: InstalledModel['origin'];
	readonly roles: readonly string[];
}

export interface DoctorFacts {
	readonly inkling: string;
	readonly machine: DeviceFacts;
	readonly memory: { readonly total: number; readonly available: number };
	readonly probes: readonly DeviceProbe[];
	readonly verdict: DeviceVerdict | undefined;
	readonly models: readonly ModelFacts[];
	readonly pack: PackNotice | undefined;
	/** What each role is set to, in words that are not private; undefined where Inkling chooses. */
	readonly byRole: Readonly<Record<ModelRole, string | undefined>>;
	readonly engines: Engines['slots']['list'];
	readonly settings: readonly ChangedSetting[];
	readonly errors: readonly RecentError[];
	readonly recent: readonly OutcomeRecord[];
	/** What a folder is called in a report. */
	readonly nameOf: (folder: string) => string;
	readonly redact: (text: string) => string;
}

/** Everything a report says, found out now. Tries the devices, which takes seconds. @throws GenerationError */
export async function doctorFacts(parts: DoctorParts, signal: AbortSignal): Promise<DoctorFacts> {
	const { settings, store, chooser, engines, completer, errors, entry, modelsRoot } = parts;
	const pack = await parts.packNotice();
	const stored = await store.list();
	const names = new Map(stored.map(({ folder, manifest }) => [folder, `${manifest.repository} (${manifest.variant})`]));
	const shipped = (await engines.roles.installed()).filter(({ origin }) => origin !== 'stored');
	const builtIn = shipped.map(({ id, roles, origin }) => ({ name: id, bytes: undefined, roles, origin }));
	const { packFolder } = engines.roles;
	const shippedFolders = [...shipped.map(({ folder }) => folder), ...(packFolder === undefined ? [] : [packFolder])];
	const builtInNames = shippedFolders.map(folder => basename(folder));
	const nameOf = (setting: string): string => {
		const isShipped = setting.startsWith(modelsRoot) || shippedFolders.includes(setting);
		const name = isShipped ? basename(setting) : setting;
		return names.get(setting) ?? (builtInNames.includes(name) ? name : vscode.l10n.t('a folder of your own'));
	};
	const folder = completionFolder(engines.roles);
	const chosen = (value: string): string | undefined => (value === '' ? undefined : nameOf(value));
	return {
		inkling: (parts.context.extension.packageJSON as Manifest).version,
		machine: deviceFacts(folder, entry, settings.threads),
		memory: { total: totalmem(), available: process.availableMemory() },
		probes: await chooser.probe(signal),
		verdict: chooser.verdict(folder),
		models: [
			...builtIn,
			...stored.map(({ folder: its, bytes, manifest: { roles } }) => ({
				...{ name: nameOf(its), bytes, roles },
				origin: 'stored' as const,
			})),
		],
		pack,
		byRole: {
			fill: chosen(settings.completionModel),
			task: chosen(settings.tasksModel),
			chat: chosen(settings.chatModel),
		},
		engines: engines.slots.list,
		settings: changedSettings(settingFacts(parts.context), builtInNames),
		errors: errors.list,
		recent: completer.recent,
		nameOf,
		redact: redactor(privateFacts(parts, [...names.keys()])),
	};
}

/** Of the built-in model where the setting names none: a report is wanted most when something is wrong. */
function completionFolder(roles: Engines['roles']): string {
	try {
		return roles.completion();
	} catch {
		return roles.resolve(builtInCompletionModel);
	}
}

function privateFacts(
	{ settings, engines, modelsRoot }: DoctorParts,
	stored: readonly string[],
): Parameters<typeof redactor>[0] {
	const isKnown = (folder: string): boolean =>
		folder.startsWith(modelsRoot) || folder === engines.roles.packFolder || stored.includes(folder);
	const own = [
		settings.completionModel,
		settings.tasksModel,
		settings.chatModel,
		...engines.slots.list.map(({ folder }) => folder),
	].filter(folder => isAbsolute(folder) && !isKnown(folder));
	const workspaces = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
	return {
		home: homedir(),
		names: [
			userInfo().username,
			hostname(),
			...own.map(folder => basename(folder)),
			...workspaces.map(path => basename(path)),
		],
		folders: [
			...own.map(path => ({ path, name: '<model>' })),
			...stored.map(path => ({ path, name: '<model>' })),
			...workspaces.map(path => ({ path, name: '<workspace>' })),
		],
	};
}

interface Manifest {
	readonly version: string;
	readonly contributes: {
		readonly configuration: readonly {
			readonly properties: Readonly<Record<string, { readonly enum?: readonly unknown[] }>>;
		}[];
	};
}

function settingFacts({ extension }: DoctorParts['context']): readonly SettingFacts[] {
	const { configuration } = (extension.packageJSON as Manifest).contributes;
	const all = vscode.workspace.getConfiguration();
	return configuration
		.flatMap(({ properties }) => Object.entries(properties))
		.map(([name, { enum: words }]) => ({ ...all.inspect(name), name, ...(words && { enum: words }) }));
}
