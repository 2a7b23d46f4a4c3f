import { createHash, timingSafeEqual } from 'node:crypto';

/** Changes with every change of what is said over the socket. Another version of the extension has an engine of its own. */
export const sharingVersion = 1;

/** Longest first message, in bytes. */
export const maxHelloBytes = 4096;
/** Who has not said hello by then is left, in milliseconds. */
export const helloLimitMs = 10_000;

/** The first message of a window to the engine. */
export interface Hello {
	readonly type: 'hello';
	readonly version: number;
	readonly token: string;
}

/** The first message of the engine to a window that may stay. */
export interface Welcome {
	readonly type: 'welcome';
	readonly version: number;
	readonly pid: number;
}

/** Whether a first message is the hello of a window that has read the token. */
export function isHello(value: unknown, token: string): boolean {
	if (typeof value !== 'object' || value === null) return false;
	const hello = value as Readonly<Record<string, unknown>>;
	return (
		hello.type === 'hello' &&
		hello.version === sharingVersion &&
		typeof hello.token === 'string' &&
		isSame(hello.token, token)
	);
}

export function isWelcome(value: unknown): value is Welcome {
	if (typeof value !== 'object' || value === null) return false;
	const { type, version, pid } = value as Readonly<Record<string, unknown>>;
	return type === 'welcome' && version === sharingVersion && Number.isSafeInteger(pid) && (pid as number) > 0;
}

/** Compares without telling by its time how much was right. */
function isSame(one: string, other: string): boolean {
	const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(digest(one), digest(other));
}
