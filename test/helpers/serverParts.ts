import { silentLog } from '../../src/base';
import { openNetwork } from '../../src/backends';
import { resolveRole, type ServerRole, type ServerRoles, type ServerTarget } from '../../src/editor/serverRoles';
import { Server } from '../../src/editor/server';

/** What a user has set, and what the system stores for them, in memory. */
export class FakeUser {
	url = '';
	model = '';
	roles: unknown;
	profiles: unknown;
	readonly stored = new Map<string, string>();
	private readonly facts = new Map<string, unknown>();

	readonly server = new Server({
		settings: {
			serverFor: (role: ServerRole) => resolveRole(role, this),
			rawServer: this,
			setServer: async (target: ServerTarget, more: { roles: ServerRoles; profiles: unknown }) => {
				Object.assign(this, target, more);
				return Promise.resolve();
			},
			setServerRoles: async (roles: ServerRoles) => {
				this.roles = roles;
				return Promise.resolve();
			},
			forgetServer: async () => {
				Object.assign(this, { url: '', model: '', roles: undefined });
				return Promise.resolve();
			},
		},
		secrets: {
			get: name => Promise.resolve(this.stored.get(name)),
			store: (name, value) => Promise.resolve(void this.stored.set(name, value)),
			delete: name => Promise.resolve(void this.stored.delete(name)),
		},
		memory: {
			get: (name: string): undefined => this.facts.get(name) as undefined,
			update: (name, value) => Promise.resolve(void this.facts.set(name, value)),
		},
		network: openNetwork,
		log: silentLog,
	});
}
