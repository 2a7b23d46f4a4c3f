/** What a connection is for, as the ledger shows it. */
export const networkPurposes = ['completion', 'task', 'chat', 'setUp', 'download'] as const;
export type NetworkPurpose = (typeof networkPurposes)[number];

/** One connection, from the moment it was allowed. Counts are in bytes of content, headers and encryption left out. */
export interface NetworkUse {
	sent(bytes: number): void;
	received(bytes: number): void;
}

/** Everything in the extension that opens a connection asks here first, so that one switch stops it all and one list shows it all. */
export interface NetworkGate {
	/** @param host name and port, such as '127.0.0.1:8000'
	 * @throws GenerationError offline, when the user has locked the network */
	allowNetwork(purpose: NetworkPurpose, host: string): NetworkUse;
}
