/** What VS Code knows about a setting: a value for each place where it can be written. */
export interface InspectedSetting {
	readonly defaultValue?: unknown;
	readonly globalValue?: unknown;
}

/** The value from the user's own settings, else the default. What a workspace, a folder or a language says is not even looked at, so
 * that it does not matter whether VS Code would have: it took nested keys of untrusted workspaces until 1.136.1. */
export function userValue(found: InspectedSetting | undefined): unknown {
	return found?.globalValue ?? found?.defaultValue;
}
