import { Emitter } from '../base';
import { GenerationError, type NetworkGate, type NetworkPurpose, type NetworkUse } from '../generation';

/** All connections to one host for one purpose, since the extension started. */
export interface LedgerEntry {
	readonly host: string;
	readonly purpose: NetworkPurpose;
	readonly connections: number;
	/** How often the lock refused one. */
	readonly refused: number;
	readonly bytesSent: number;
	readonly bytesReceived: number;
	/** Milliseconds since 1970. */
	readonly lastAt: number;
}

/** The one gate to the network: refuses everything while locked, loopback included, and writes down what it lets through. */
export class NetworkLedger implements NetworkGate {
	private readonly changed = new Emitter<void>();
	readonly onChange = this.changed.event;
	private readonly byUse = new Map<string, LedgerEntry>();

	constructor(
		private readonly isLocked: () => boolean,
		private readonly now: () => number,
	) {}

	/** Latest first. */
	get entries(): readonly LedgerEntry[] {
		return [...this.byUse.values()].sort((a, b) => b.lastAt - a.lastAt);
	}

	/** @throws GenerationError offline, while locked */
	allowNetwork(purpose: NetworkPurpose, host: string): NetworkUse {
		if (this.isLocked()) {
			this.add(purpose, host, entry => ({ refused: entry.refused + 1 }));
			throw new GenerationError(
				'offline',
				`No connection to ${host}: the network is locked by the setting inkling.network.offline.`,
			);
		}
		this.add(purpose, host, entry => ({ connections: entry.connections + 1 }));
		return {
			sent: bytes => this.add(purpose, host, entry => ({ bytesSent: entry.bytesSent + bytes })),
			received: bytes => this.add(purpose, host, entry => ({ bytesReceived: entry.bytesReceived + bytes })),
		};
	}

	private add(purpose: NetworkPurpose, host: string, change: (entry: LedgerEntry) => Partial<LedgerEntry>): void {
		const key = `${purpose} ${host}`;
		const entry = this.byUse.get(key) ?? {
			host,
			purpose,
			connections: 0,
			refused: 0,
			bytesSent: 0,
			bytesReceived: 0,
			lastAt: 0,
		};
		this.byUse.set(key, { ...entry, ...change(entry), lastAt: this.now() });
		this.changed.fire();
	}
}

/** Lets everything through and keeps no list, for tests and the command line. */
export const openNetwork: NetworkGate = {
	allowNetwork: () => ({ sent: () => undefined, received: () => undefined }),
};
