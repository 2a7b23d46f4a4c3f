/** What can run on a server: completions while typing, the commands on text, the chat. */
export const serverRoles = ['completion', 'tasks', 'chat'] as const;
export type ServerRole = (typeof serverRoles)[number];

/** Where each role runs: 'local', 'server' (the connected one), or the name of a profile. */
export type ServerRoles = Readonly<Record<ServerRole, string>>;

/** A model on a server. */
export interface ServerTarget {
	/** Address that ends before '/chat/completions'. */
	readonly url: string;
	readonly model: string;
}

/** A server under a name, for roles that go to different ones. */
export interface ServerProfile extends ServerTarget {
	readonly name: string;
}

/** The settings as they are written, of whatever shape. */
export interface RawServerSettings {
	readonly url: string;
	readonly model: string;
	readonly roles: unknown;
	readonly profiles: unknown;
}

/** Where a role goes; undefined for this machine, also when its profile does not exist: text never goes to another server than the
 * one that was named. */
export function resolveRole(role: ServerRole, raw: RawServerSettings): ServerTarget | undefined {
	const where = readRoles(raw.roles)[role];
	if (where === 'local') return undefined;
	if (where === 'server') return raw.url === '' ? undefined : { url: raw.url, model: raw.model };
	return readProfiles(raw.profiles).find(({ name }) => name === where);
}

/** Roles and profiles after a server was connected for some roles. The others stay where they are; where that is the server connected
 * before, it becomes a profile, named by model and host. A role taken off the very server that is connected comes back here. */
export function afterConnecting(
	target: ServerTarget,
	chosen: readonly ServerRole[],
	raw: RawServerSettings,
): { readonly roles: ServerRoles; readonly profiles: readonly ServerProfile[] } {
	const before = readRoles(raw.roles);
	const former = profileOf({ url: raw.url, model: raw.model });
	const where = (role: ServerRole): string => {
		if (chosen.includes(role)) return 'server';
		const now = resolveRole(role, raw);
		if (!now || (now.url === target.url && now.model === target.model)) return 'local';
		return before[role] === 'server' ? former.name : before[role];
	};
	const roles = { completion: where('completion'), tasks: where('tasks'), chat: where('chat') };
	const profiles = readProfiles(raw.profiles);
	const isNeeded = Object.values(roles).includes(former.name) && !profiles.some(({ name }) => name === former.name);
	return { roles, profiles: isNeeded ? [...profiles, former] : profiles };
}

function profileOf({ url, model }: ServerTarget): ServerProfile {
	const host = URL.canParse(url) ? new URL(url).host : url;
	return { name: `${model} (${host})`, url, model };
}

/** Roles as set, completion on this machine and the rest on the server where nothing is said. */
export function readRoles(value: unknown): ServerRoles {
	const given = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
	const of = (role: ServerRole, otherwise: string): string => {
		const where = given[role];
		return typeof where === 'string' && where !== '' ? where : otherwise;
	};
	return { completion: of('completion', 'local'), tasks: of('tasks', 'server'), chat: of('chat', 'server') };
}

/** The profiles that are whole. */
export function readProfiles(value: unknown): readonly ServerProfile[] {
	return Array.isArray(value) ? value.filter(isProfile).map(({ name, url, model }) => ({ name, url, model })) : [];
}

function isProfile(value: unknown): value is ServerProfile {
	if (typeof value !== 'object' || value === null) return false;
	const { name, url, model } = value as Readonly<Record<string, unknown>>;
	return [name, url, model].every(text => typeof text === 'string' && text !== '');
}
