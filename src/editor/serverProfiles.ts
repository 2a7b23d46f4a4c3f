import {
	readProfiles,
	readRoles,
	serverRoles,
	type RawServerSettings,
	type ServerProfile,
	type ServerRole,
	type ServerRoles,
} from './serverRoles';

/** Roles and profiles together, as they are written at once: a role never names a profile that is gone. */
export interface ProfileChange {
	readonly roles: ServerRoles;
	readonly profiles: readonly ServerProfile[];
}

/** Names that mean something else in `inkling.server.roles`. */
const taken = ['local', 'server'];

/** Why a profile cannot be called so; undefined when it can. */
export function nameProblem(
	name: string,
	profiles: readonly ServerProfile[],
	before?: string,
): 'empty' | 'taken' | undefined {
	const trimmed = name.trim();
	if (trimmed === '') return 'empty';
	const isOther = trimmed !== before && profiles.some(profile => profile.name === trimmed);
	return taken.includes(trimmed) || isOther ? 'taken' : undefined;
}

/** The roles that run on a profile. */
export function rolesOf(name: string, raw: RawServerSettings): readonly ServerRole[] {
	const roles = readRoles(raw.roles);
	return serverRoles.filter(role => roles[role] === name);
}

/** These roles go to a profile; others that went there come back to this machine. */
export function useProfile(name: string, chosen: readonly ServerRole[], raw: RawServerSettings): ServerRoles {
	return mapRoles(raw, (where, role) => (chosen.includes(role) ? name : where === name ? 'local' : where));
}

/** The connected server under a name; roles that go to it follow. */
export function saveConnected(name: string, raw: RawServerSettings): ProfileChange {
	const profiles = [...readProfiles(raw.profiles), { name: name.trim(), url: raw.url, model: raw.model }];
	return { profiles, roles: mapRoles(raw, where => (where === 'server' ? name.trim() : where)) };
}

export function renameProfile(before: string, name: string, raw: RawServerSettings): ProfileChange {
	const to = name.trim();
	const profiles = readProfiles(raw.profiles).map(one => (one.name === before ? { ...one, name: to } : one));
	return { profiles, roles: mapRoles(raw, where => (where === before ? to : where)) };
}

/** What went to a removed profile runs on this machine: text never goes to another server than the one that was named. */
export function removeProfile(name: string, raw: RawServerSettings): ProfileChange {
	const profiles = readProfiles(raw.profiles).filter(one => one.name !== name);
	return { profiles, roles: mapRoles(raw, where => (where === name ? 'local' : where)) };
}

function mapRoles(raw: RawServerSettings, change: (where: string, role: ServerRole) => string): ServerRoles {
	const roles = readRoles(raw.roles);
	return Object.fromEntries(serverRoles.map(role => [role, change(roles[role], role)])) as ServerRoles;
}
