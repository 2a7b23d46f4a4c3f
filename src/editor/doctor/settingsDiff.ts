/** A setting as the manifest declares it and VS Code knows it. */
export interface SettingFacts {
	readonly name: string;
	readonly enum?: readonly unknown[];
	readonly defaultValue?: unknown;
	readonly globalValue?: unknown;
	readonly workspaceValue?: unknown;
	readonly workspaceFolderValue?: unknown;
}

/** A setting that is not as it ships. `shown` is absent where the value may be private: a path, an address, a name. */
export interface ChangedSetting {
	readonly name: string;
	readonly place: 'user' | 'workspace';
	readonly shown?: string;
	/** Entries of a list whose contents stay private. */
	readonly count?: number;
}

/** The settings that differ from their defaults. Only switches, numbers, words of a fixed choice and built-in names are shown. */
export function changedSettings(
	settings: readonly SettingFacts[],
	builtIn: readonly string[],
): readonly ChangedSetting[] {
	return settings.flatMap(setting => {
		const { name, defaultValue, globalValue, workspaceValue, workspaceFolderValue } = setting;
		const places = [
			['user', globalValue],
			['workspace', workspaceValue],
			['workspace', workspaceFolderValue],
		] as const;
		return places.flatMap(([place, value]): readonly ChangedSetting[] =>
			value === undefined || JSON.stringify(value) === JSON.stringify(defaultValue)
				? []
				: [{ name, place, ...shownAs(value, [...(setting.enum ?? []), ...builtIn]) }],
		);
	});
}

function shownAs(value: unknown, words: readonly unknown[]): Pick<ChangedSetting, 'shown' | 'count'> {
	if (typeof value === 'boolean' || typeof value === 'number' || value === '') return { shown: JSON.stringify(value) };
	if (typeof value === 'string') return words.includes(value) ? { shown: JSON.stringify(value) } : {};
	if (Array.isArray(value)) return { count: value.length };
	const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
	if (!entries) return {};
	// Languages that are switched on or off, roles that stay here or go to the server: the names of others are private.
	const isHarmless = entries.every(
		([key, one]) => /^[*\w.+#-]{1,30}$/.test(key) && (typeof one === 'boolean' || one === 'local' || one === 'server'),
	);
	return isHarmless ? { shown: JSON.stringify(value) } : { count: entries.length };
}
